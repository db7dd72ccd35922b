"""`python -m core tsne`: a t-SNE run without a browser."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.record import RunRecord
from core.store import RunStore
from core.tsne_config import TSNEConfig
from core.tsne_device import chosen_device, compute_device
from models import hyperparameters

_OWN = ("digits", "iterations", "seed")


def add_tsne_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    follow: Callable[[RunRecord], int],
) -> None:
    """Adds `tsne` to the commands; `follow` carries the run out and shows its progress."""
    tsne = commands.add_parser("tsne", help="unfold digits; prints the run's folder at the end")
    tsne.add_argument("--digits", type=int)
    tsne.add_argument("--iterations", type=int)
    tsne.add_argument("--seed", type=int)
    width = tsne.add_mutually_exclusive_group()
    width.add_argument("--sigma", type=float, help="bandwidth of the exercise's kernel (10)")
    width.add_argument("--perplexity", type=float, help="neighbours of each digit instead")
    tsne.add_argument("--optimizers", metavar="A,B", help="such as sgd,adam:lr=1 (sgd,adam)")
    tsne.add_argument("--device", help="cpu, cuda, or auto: a GPU where there is one (cpu)")
    tsne.add_argument("--title", help="how lists name the run")
    tsne.add_argument("--out", type=Path, metavar="FOLDER", help="a new or empty folder for it")
    tsne.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="any other setting; may be repeated",
    )
    tsne.set_defaults(command=lambda options: follow(create_run(options)))


def create_run(options: argparse.Namespace) -> RunRecord:
    """The pending run that the options ask for.

    Raises:
        ValueError: an option breaks its rule, or asks for a device that is not here.
        RunError: the folder is not empty, or cannot be written.
    """
    values = parse_assignments(options.set, TSNEConfig)
    values |= {name: value for name in _OWN if (value := getattr(options, name)) is not None}
    for name in ("sigma", "perplexity"):
        if (value := getattr(options, name)) is not None:
            values |= {"affinity": name, name: value}
    if options.optimizers is not None:
        values["contestants"] = options.optimizers.replace(",", " ").split()
    if options.device is not None:
        values["device"] = chosen_device(options.device)
    config = TSNEConfig.from_dict(values)
    compute_device(config.device)  # here, and not after the folder has been made
    title = options.title or config.title
    settings = {"values": config.to_dict()}
    return RunStore().create("tsne", settings, title=title, folder=options.out)


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
