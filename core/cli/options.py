"""The options of every command that starts a run."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from models import Hyperparameter, hyperparameters


def add_run_options(command: argparse.ArgumentParser) -> None:
    """Add --seed, --title, --out and --set."""
    command.add_argument("--seed", type=int, help="start of the random numbers (default: 0)")
    command.add_argument("--title", help="name of the run in lists")
    command.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="new or empty folder for the run (default: a new one among the lab's runs)",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="any other setting; can be given several times",
    )


def parse_assignments(assignments: list[str], *config_classes: type[Any]) -> dict[str, Any]:
    """Return the values of `--set FIELD=VALUE` options, by the rules of these configs.

    Raises:
        ValueError: one is not of that form, names an unknown field, or breaks the field's rule.
    """
    rules = {name: rule for each in config_classes for name, rule in hyperparameters(each).items()}
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            raise ValueError(
                f"--set {assignment} is not of the form FIELD=VALUE; write, for example, --set "
                f"{example_of(next(iter(rules.values())))}."
            )
        if name not in rules:
            raise ValueError(
                f"--set {assignment}: {name!r} is not a known field; the fields are "
                f"{', '.join(rules)}."
            )
        values[name] = rules[name].parse(text)
    return values


def example_of(rule: Hyperparameter) -> str:
    """Return a field and its default as they are typed after --set."""
    default = rule.default
    value = ",".join(map(str, default)) if rule.sequence else default
    return f"{rule.name}={value}"
