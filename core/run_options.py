"""The options that every command that starts a run has."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models import hyperparameters


def add_run_options(command: argparse.ArgumentParser) -> None:
    """Adds --seed, --title, --out and --set."""
    command.add_argument("--seed", type=int)
    command.add_argument("--title", help="how lists name the run")
    command.add_argument("--out", type=Path, metavar="FOLDER", help="a new or empty folder for it")
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="any other setting; may be repeated",
    )


def parse_assignments(assignments: list[str], *config_classes: type[Any]) -> dict[str, Any]:
    """The values of `--set FIELD=VALUE` options, by the rules of these configs.

    Raises:
        ValueError: one is not of that form, names no field, or breaks its rule.
    """
    rules = {name: rule for each in config_classes for name, rule in hyperparameters(each).items()}
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or name not in rules:
            raise ValueError(
                f"--set {assignment} is not of the form FIELD=VALUE; fields are {', '.join(rules)}."
            )
        values[name] = rules[name].parse(text)
    return values
