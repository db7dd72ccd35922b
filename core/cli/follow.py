"""Compute a run in the terminal, with a progress bar."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import closing

from tqdm import tqdm

from core.execution import run_events
from core.execution.lost_runs import note_interrupted
from core.runs.heartbeats import heartbeats
from core.runs.record import STOPPED, RunError, RunRecord
from core.runs.versions import continued_elsewhere


def follow(record: RunRecord, group: str = "") -> int:
    """Compute a pending run and print its folder; return the command's exit status.

    `group` is what continues it after an interruption, if it is not computed by itself.

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
        what = shlex.quote(group or str(record.folder))
        print(f"Interrupted. To continue: python -m core resume {what}", file=sys.stderr)
        return 130
    state = record.state
    if state.status != "done":
        raise RunError(state.error or f"The run is {state.status}.")
    print(record.folder)
    return 0


def follow_group(group: str, records: Sequence[RunRecord]) -> int:
    """Compute pending runs one after the other and print their folders; return the exit status.

    It is 1 if one of them has not come to its end, and 130 after an interruption from the keyboard,
    after which `python -m core resume GROUP` goes on.
    """
    for record in records:
        heartbeats.add(record)
    missed = 0
    for number, record in enumerate(records, 1):
        # First renewed: after a pause of the whole computer it would look interrupted.
        if not record.lease.renew() or record.state.status != "pending":
            missed += 1  # a visitor has cancelled it meanwhile
            continue
        print(f"Run {number} of {len(records)}: {record.id}", file=sys.stderr)
        try:
            if status := follow(record, group):
                note_interrupted(records[number:], STOPPED)
                return status
        except RunError as error:
            missed += 1
            print(f"python -m core: {record.id}: {error}", file=sys.stderr)
    if missed:
        raise RunError(
            f"{missed} of {len(records)} runs have not come to their end. To continue: "
            f"python -m core resume {shlex.quote(group)}"
        )
    return 0
