"""Bound how many runs wait in the queue."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from core.execution.run_groups import RunGroup, RunGroups
from core.runs.record import RunError, RunRecord

#: Runs that have been handed over and have not ended; a group of runs counts as one.
MAX_WAITING = 50
#: Of these the waiting ones of one visitor: one who starts many must not take all places.
MAX_WAITING_OF_A_VISITOR = 3
#: Runs that wait in groups; each has a heartbeat, and every page reads it.
MAX_WAITING_IN_GROUPS = 200


def check_room(
    handed_over: Mapping[Path, RunRecord],
    asked: Mapping[Path, str],
    groups: RunGroups,
    visitor: str,
    runs: int,
) -> None:
    """Check that another run of a visitor may wait, or a group of so many runs.

    Args:
        handed_over: The runs that an executor has and that have not ended, by their folders.
        asked: Who asked for each of them; empty where nobody is named.
        groups: The groups that have not ended.
        visitor: Who asks for more; without a name there is no bound of one's own.
        runs: How many runs the group has; 1 for a run by itself.

    Raises:
        RunError: too many runs are waiting, of all visitors or of this one.
    """
    alone = sum(groups.of(path) is None for path in handed_over)
    if (places := alone + len(groups)) >= MAX_WAITING:
        raise RunError(
            f"{places} runs are waiting already, which is the most the lab takes; wait for some to "
            "end, or cancel one."
        )
    free = MAX_WAITING_IN_GROUPS - len(groups.waiting())
    if free < runs > 1:
        raise RunError(
            f"These are {runs} runs, and the queue has room for {free} more runs of sweeps; wait "
            "for other sweeps to end, or start fewer runs."
        )
    pending = [
        path
        for path, record in handed_over.items()
        if asked.get(path) == visitor and record.state.status == "pending"
    ]
    waiting: set[RunGroup | Path] = {groups.of(path) or path for path in pending}
    waiting.update(groups.of_visitor(visitor))
    if visitor and len(waiting) >= MAX_WAITING_OF_A_VISITOR:
        raise RunError(
            f"{len(waiting)} runs that you started or resumed are waiting already, which is the "
            "most of one visitor; wait for one to begin, or cancel one."
        )
