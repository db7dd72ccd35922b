"""Use the lab without a browser: `python -m core COMMAND`.

    python -m core train compression --epochs 5 --seed 0 --set latent_dim=16 --out my-run
    python -m core sweep compression --set latent_dim=2,8,32,128 --seeds 0,1,2 --epochs 10
    python -m core tsne --digits 1000 --sigma 10 --optimizers sgd,adam --out my-map
    python -m core export my-map --gif my-map.gif
    python -m core export my-run --zip my-run.zip
    python -m core import my-run.zip
    python -m core resume my-run
    python -m core list
    python -m core rename my-run "Two numbers"
    python -m core note my-run "The error **fell**."
    python -m core digit photo.jpg --out digits
    python -m core worth my-run
    python -m core check my_weights.pt --task 1.1
    python -m core lesson check lesson.yaml

Runs made here are folders like any others: the pages show them, also while they are running.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence

from core.cli.check import add_check_command
from core.cli.digit import add_digit_command
from core.cli.export import add_export_command
from core.cli.lesson import add_lesson_command
from core.cli.runs import add_run_commands
from core.cli.sweep import add_sweep_command
from core.cli.train import add_train_command
from core.cli.tsne import add_tsne_command
from core.cli.worth import add_worth_command
from core.runs.record import RunError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status: 0, 1 after an error (printed as a sentence), or
    130 after an interruption from the keyboard."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except (RunError, ValueError) as error:
        print(f"python -m core: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m core",
        description="Use the lab without a browser: train models, alone or in sweeps, run t-SNE, "
        "export, import, resume, list, rename and note runs, read digits from pictures, measure "
        "codes, and check programs of your own and lessons.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    add_train_command(commands)
    add_sweep_command(commands)
    add_tsne_command(commands)
    add_export_command(commands)
    add_run_commands(commands)
    add_digit_command(commands)
    add_worth_command(commands)
    add_check_command(commands)
    add_lesson_command(commands)
    return parser


if __name__ == "__main__":
    # Errors that are printed as a sentence are not logged; others are, with their traceback.
    logging.basicConfig(level=logging.ERROR)
    sys.exit(main())
