"""`python -m core train`: train a model."""

from __future__ import annotations

import argparse

from core.cli.follow import follow
from core.cli.options import add_run_options, parse_assignments
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.config import TrainConfig, sort_values, training_settings
from models import MODELS, spec_of


def add_train_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's commands."""
    train = commands.add_parser("train", help="train a model and print the run's folder")
    train.add_argument(
        "model", choices=MODELS, metavar="MODEL", help=f"one of: {', '.join(MODELS)}"
    )
    train.add_argument("--epochs", type=int, help="how often each training digit is used")
    add_run_options(train)
    train.set_defaults(command=_train)


def _train(options: argparse.Namespace) -> int:
    config = spec_of(options.model).config
    values = parse_assignments(options.set, config, TrainConfig)
    for name in ("epochs", "seed"):
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    title = options.title or spec_of(options.model).title
    record = RunStore().create(
        "train",
        training_settings(options.model, *sort_values(options.model, values)),
        title=title,
        visitor=local_user(),
        folder=options.out,
    )
    return follow(record)
