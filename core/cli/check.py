"""`python -m core check`: say whether one's own weights, or a recorded run, solve a task."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

from core.own_weights import Match, WeightsRefused, read_weights
from core.own_weights.match import SCALES
from core.recorder.reading import read_epochs, terms_of
from core.reference.bands import bands_of
from core.reference.check import Checked
from core.reference.foreign import ForeignWeights
from core.reference.guess import guess_terms
from core.reference.opened import check_weights, read_for_task
from core.reference.recorded import check_recorded_run
from core.reference.tasks import TASKS, ReferenceTask, task_of
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from models.stack import FOLLOWING
from models.stack_vae import SPREADS

#: The exit status of a check that could not be made, as argparse's for options that cannot be.
NOT_CHECKED = 2


def add_check_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `check` to the commands; its options carry the function to call."""
    check = commands.add_parser(
        "check",
        help="say whether your own weights or a recorded run solve a task of the exercise",
        description="Holds weights (.pt, .safetensors) or a recorded run against ten seeds of the "
        "lab, and looks for usual mistakes. The exit status is 0 if all is right, 1 if not, and 2 "
        "if it could not be checked.",
    )
    check.add_argument(
        "what", metavar="FILE|RUN", help="a file of weights, or a recorded run: its folder or name"
    )
    check.add_argument("--task", required=True, choices=TASKS, help="the task of the exercise")
    check.add_argument("--json", action="store_true", help="print JSON, for a program")
    check.add_argument(
        "--term",
        action="append",
        default=[],
        metavar="TERM=NAME",
        help="a recorded run's own name for a number of the reference, such as loss=mse; can be "
        "given several times (default: guessed)",
    )
    check.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="epochs that the weights were trained for (default: the exercise's)",
    )
    check.add_argument(
        "--activations",
        metavar="A,B,…",
        help=f"the function after each layer of the weights, of {', '.join(FOLLOWING)} (default: "
        "those that rebuild digits best)",
    )
    check.add_argument(
        "--scale", choices=SCALES, help="pixels that the weights were trained with (default: found)"
    )
    check.add_argument(
        "--spread", choices=SPREADS, help="what a VAE's second head computes (default: found)"
    )
    check.add_argument("--swap-heads", action="store_true", help="exchange the heads of a VAE")
    check.set_defaults(command=check_and_print)


def check_and_print(options: argparse.Namespace) -> int:
    """Check, print what was found, and return the exit status: 0, 1, or 2 without a check."""
    task, path = task_of(options.task), Path(options.what)
    try:
        if path.is_file():
            checked, matched = _check_file(path, task, options)
        else:
            checked, matched = _check_run(path, task, options)
    except (RunError, WeightsRefused, ValueError, OSError) as error:
        print(f"python -m core: {error}", file=sys.stderr)
        return NOT_CHECKED
    if options.json:
        print(json.dumps({**checked.to_json(), "matched": matched}, ensure_ascii=False, indent=2))
    else:
        print(_report(checked, matched))
    return 0 if checked.is_right else 1


def _check_file(
    path: Path, task: ReferenceTask, options: argparse.Namespace
) -> tuple[Checked, str]:
    if options.term:
        raise ValueError("--term names numbers of a recorded run; leave it out for weights.")
    with path.open("rb") as file:
        tensors = read_weights(file)
    match = _changed(read_for_task(tensors, task), options)
    return check_weights(ForeignWeights.matched(match, tensors), task, options.epochs), in_words(
        match
    )


def _check_run(path: Path, task: ReferenceTask, options: argparse.Namespace) -> tuple[Checked, str]:
    of_weights = ("epochs", "activations", "scale", "spread", "swap_heads")
    if given := [name for name in of_weights if getattr(options, name)]:
        raise ValueError(
            f"--{given[0].replace('_', '-')} is for a file of weights, and {path} is none; leave "
            "it out."
        )
    record = RunRecord(path.resolve()) if path.is_dir() else RunStore().get(str(path))
    terms = _terms(record, task, options.term) if task.model else {}
    checked = check_recorded_run(record, task, terms)
    return checked, ", ".join(f"{key} is {name!r}" for key, name in terms.items())


def _terms(record: RunRecord, task: ReferenceTask, assigned: list[str]) -> dict[str, str]:
    """Return which number of the run is which of the reference: guessed, and as `--term` says."""
    names = terms_of(read_epochs(record))
    terms = guess_terms(task, names)
    for assignment in assigned:
        key, _, name = assignment.partition("=")
        if key not in task.terms or name not in names:
            raise ValueError(
                f"--term {assignment} is not of the form TERM=NAME: the reference has "
                f"{', '.join(task.terms)}, and the run {', '.join(names)}."
            )
        terms = {other: own for other, own in terms.items() if own != name} | {key: name}
    return terms


def _changed(match: Match, options: argparse.Namespace) -> Match:
    """Return a match with what the options say of it.

    Raises:
        ValueError: they do not fit the weights.
    """
    changes = {}
    if options.activations is not None:
        changes["activations"] = tuple(options.activations.replace(" ", "").split(","))
    if options.scale is not None:
        changes["scale"] = options.scale
    if (options.spread is not None or options.swap_heads) and not match.is_variational:
        raise ValueError("--spread and --swap-heads are for a VAE, and the weights have one head.")
    if options.spread is not None:
        changes["kind_of_spread"] = options.spread
    match = replace(match, **changes)
    return match.with_heads_swapped() if options.swap_heads else match


def in_words(match: Match) -> str:
    """Return how weights were read, in a line."""
    layers = " – ".join(
        str(width) + (f" {function}" if function != "identity" else "")
        for width, function in zip(match.widths[1:], match.activations, strict=True)
    )
    spread = f"; second head {match.kind_of_spread.replace('_', ' ')}" if match.spread else ""
    return f"{match.widths[0]} – {layers}, pixels {SCALES[match.scale]}{spread}"


def _report(checked: Checked, matched: str) -> str:
    task = checked.task
    bands = bands_of(task)
    lines = [f"Task {task.number}, {task.title}"]
    if matched:
        lines.append(f"Read as: {matched}")
    lines.append("Right." if checked.is_right else "Not right yet.")
    lines += [checked.verdict, *checked.sentences]
    lines += [f"Hint ({mistake}): {text}" for mistake, text in checked.hints.items()]
    lines += [f"Note: {note}" for note in checked.notes if note != checked.verdict]
    made = ", ".join(f"{name} {version}" for name, version in bands.versions.items())
    lines.append(f"The reference: {bands.words} of the lab ({made}).")
    return "\n".join(lines)
