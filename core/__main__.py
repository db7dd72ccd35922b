"""The lab without a browser: `python -m core train|tsne|export|resume|list|digit`.

    python -m core train compression --epochs 5 --seed 0 --set latent_dim=16 --out my-run
    python -m core tsne --digits 1000 --sigma 10 --optimizers sgd,adam --out my-map
    python -m core export my-map --gif my-map.gif
    python -m core resume my-run
    python -m core list
    python -m core digit photo.jpg --out digits

Runs made here are folders like any other: the pages show them, also while they are computed.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from core.digit_command import add_digit_command
from core.execution import RunQueue, carry_out
from core.export.command import add_export_command
from core.record import RunError, RunRecord
from core.run_options import add_run_options, parse_assignments
from core.settings import TrainConfig, training_settings
from core.store import RunStore
from core.tsne_command import add_tsne_command
from core.versions import continued_elsewhere
from models import MODELS, spec_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit status: 0, 1 for an error that is told in a sentence, or
    130 for an interruption from the keyboard."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (RunError, ValueError) as error:
        print(f"python -m core: {error}", file=sys.stderr)
        return 1


def _train(options: argparse.Namespace) -> int:
    config = spec_of(options.model).config
    values = parse_assignments(options.set, config, TrainConfig)
    for name in ("epochs", "seed"):
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    title = options.title or spec_of(options.model).title
    record = RunStore().create(
        "train",
        training_settings(options.model, values),
        title=title,
        folder=options.out,
    )
    return _follow(record)


def _resume(options: argparse.Namespace) -> int:
    record = RunRecord(options.folder.absolute())
    RunQueue.make_pending(record)
    return _follow(record)


def _follow(record: RunRecord) -> int:
    try:
        with (
            tqdm(
                total=100,
                unit="%",
                bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}",
            ) as bar,
            closing(carry_out(record)) as events,
        ):
            for number, event in enumerate(events):
                if number == 0 and (note := continued_elsewhere(record)):
                    bar.write(note, file=sys.stderr)
                bar.update(100 * event.progress - bar.n)
                if summary := event.summary():
                    bar.set_postfix_str(summary)
    except KeyboardInterrupt:
        print(
            f"Interrupted; python -m core resume {record.folder} goes on.",
            file=sys.stderr,
        )
        return 130
    state = record.state
    if state.status != "done":
        raise RunError(state.error or f"The run is {state.status}.")
    print(record.folder)
    return 0


def _list(options: argparse.Namespace) -> int:
    for run in RunStore().list():
        place = "gallery" if run.in_gallery else "runs"
        print(
            f"{run.id:44} {place:8} {run.state.status:12} {run.state.progress:4.0%}  "
            f"{run.request.title}"
        )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Train, unfold, export, resume and list runs without a browser; read digits.",
    )
    commands = parser.add_subparsers(required=True)

    train = commands.add_parser("train", help="train a model; prints the run's folder at the end")
    train.add_argument("model", choices=MODELS)
    train.add_argument("--epochs", type=int)
    add_run_options(train)
    train.set_defaults(command=_train)

    add_tsne_command(commands, _follow)
    add_export_command(commands)

    resume = commands.add_parser("resume", help="go on with a run that was stopped")
    resume.add_argument("folder", type=Path)
    resume.set_defaults(command=_resume)

    listing = commands.add_parser("list", help="list the gallery and the runs")
    listing.set_defaults(command=_list)

    add_digit_command(commands)
    return parser


if __name__ == "__main__":
    # What ends in a sentence need not be logged too; the unexpected is, with its traceback.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(main())
