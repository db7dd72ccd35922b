"""Compute a run in the terminal, with a progress bar."""

from __future__ import annotations

import shlex
import sys
from contextlib import closing

from tqdm import tqdm

from core.execution import run_events
from core.runs.record import RunError, RunRecord
from core.runs.versions import continued_elsewhere


def follow(record: RunRecord) -> int:
    """Compute a pending run and print its folder; return the command's exit status.

    Raises:
        RunError: the run has not come to its end.
    """
    try:
        with (
            tqdm(
                total=100,
                unit="%",
                bar_format="{l_bar}{bar}| {elapsed}<{remaining}{postfix}",
            ) as bar,
            closing(run_events(record)) as events,
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
