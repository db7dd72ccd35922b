"""Use the lab without a browser: `python -m core train|tsne|export|resume|list|digit`.

    python -m core train compression --epochs 5 --seed 0 --set latent_dim=16 --out my-run
    python -m core tsne --digits 1000 --sigma 10 --optimizers sgd,adam --out my-map
    python -m core export my-map --gif my-map.gif
    python -m core resume my-run
    python -m core list
    python -m core digit photo.jpg --out digits

Runs made here are folders like any others: the pages show them, also while they are running.
"""

from __future__ import annotations

import argparse
import logging
import shlex
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tqdm import tqdm

from core.digit_command import add_digit_command
from core.execution import RunQueue, carry_out
from core.export.command import add_export_command
from core.left_out import left_out
from core.record import RunError, RunRecord
from core.run_options import add_run_options, parse_assignments
from core.settings import TrainConfig, training_settings
from core.store import RunStore
from core.tsne_command import add_tsne_command
from core.versions import continued_elsewhere
from models import MODELS, spec_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 after an error (printed as a sentence), or
    130 after an interruption from the keyboard."""
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
            f"Interrupted. To continue: python -m core resume {shlex.quote(str(record.folder))}",
            file=sys.stderr,
        )
        return 130
    state = record.state
    if state.status != "done":
        raise RunError(state.error or f"The run is {state.status}.")
    print(record.folder)
    return 0


def _list(options: argparse.Namespace) -> int:
    store = RunStore()
    for run in store.list():
        place = "gallery" if run.in_gallery else "runs"
        print(
            f"{run.id:44} {place:8} {run.state.status:12} {run.state.progress:4.0%}  "
            f"{run.request.title}"
        )
    for sentence in left_out(store):
        print(f"python -m core: {sentence}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Use the lab without a browser: train models, run t-SNE, export, resume and "
        "list runs, and read digits from pictures.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a model and print the run's folder")
    train.add_argument(
        "model", choices=MODELS, metavar="MODEL", help=f"one of: {', '.join(MODELS)}"
    )
    train.add_argument("--epochs", type=int, help="how often each training digit is used")
    add_run_options(train)
    train.set_defaults(command=_train)

    add_tsne_command(commands, _follow)
    add_export_command(commands)

    resume = commands.add_parser("resume", help="continue a run that was stopped")
    resume.add_argument("folder", type=Path, metavar="FOLDER", help="the run's folder")
    resume.set_defaults(command=_resume)

    listing = commands.add_parser("list", help="list the runs of the gallery and your own")
    listing.set_defaults(command=_list)

    add_digit_command(commands)
    return parser


if __name__ == "__main__":
    # Errors that are printed as a sentence are not logged; others are, with their traceback.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(main())
