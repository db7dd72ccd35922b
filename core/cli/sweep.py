"""`python -m core sweep`: train a model with several values of one setting."""

from __future__ import annotations

import argparse

from core.cli.follow import follow_group
from core.cli.options import parse_assignments
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.sweeps.cost import check_disk
from core.sweeps.files import SweepFiles
from core.sweeps.plan import (
    MAX_SEEDS,
    MAX_VALUES,
    SweepPlan,
    parse_values,
    rules_of,
    sweepable_field,
    sweepable_fields,
)
from core.training.config import TrainConfig
from models import MODELS, hyperparameters, spec_of


def add_sweep_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser's commands."""
    sweep = commands.add_parser(
        "sweep", help="train a model with several values of one setting, and several seeds"
    )
    sweep.add_argument(
        "model", choices=MODELS, metavar="MODEL", help=f"one of: {', '.join(MODELS)}"
    )
    sweep.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE[,VALUE...]",
        help=f"a setting; one of them may have several values, at most {MAX_VALUES}",
    )
    sweep.add_argument(
        "--seeds",
        default="0",
        metavar="SEED[,SEED...]",
        help=f"start of the random numbers of each value's runs, at most {MAX_SEEDS} (default: 0)",
    )
    sweep.add_argument("--epochs", type=int, help="how often each training digit is used")
    sweep.set_defaults(command=_sweep)


def _sweep(options: argparse.Namespace) -> int:
    store = RunStore()
    plan = _plan(options)
    check_disk(plan, store)
    sweep = SweepFiles(store).create(plan, visitor=local_user())
    status = follow_group(sweep.id, sweep.records)
    if status == 0:
        print(sweep.id)
    return status


def _plan(options: argparse.Namespace) -> SweepPlan:
    """Return the sweep that the command line asks for.

    Raises:
        ValueError: more than one setting has several values, or a value breaks its rule.
    """
    fields = sweepable_fields(options.model)
    several = [text for text in options.set if _has_several(text, options.model)]
    if len(several) > 1:
        names = " and ".join(text.partition("=")[0] for text in several)
        raise ValueError(f"{names} have several values; a sweep varies one setting.")
    others = parse_assignments(
        [text for text in options.set if text not in several],
        spec_of(options.model).config,
        TrainConfig,
    )
    if options.epochs is not None:
        others["epochs"] = options.epochs
    if several:
        name, _, text = several[0].partition("=")
        values = parse_values(sweepable_field(options.model, name), text)
    else:
        # Several seeds alone show the spread: every run then has the same value of any setting.
        name = next(iter(fields))
        usual = spec_of(options.model).training.get(name, fields[name].default)
        values = (others.pop(name, usual),)
    seeds = parse_values(hyperparameters(TrainConfig)["seed"], options.seeds, MAX_SEEDS)
    return SweepPlan(model=options.model, field=name, values=values, seeds=seeds, others=others)


def _has_several(assignment: str, model: str) -> bool:
    """Return whether `--set` gives several values to a setting that takes one."""
    name, _, text = assignment.partition("=")
    rule = rules_of(model).get(name)
    return rule is not None and not rule.sequence and "," in text
