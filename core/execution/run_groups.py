"""Groups of runs that wait as one: of each, a few at a time have a place in the queue."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.runs.record import RunRecord


class RunGroup:
    """Runs that one visitor has started together: those that wait here, and those handed over."""

    def __init__(self, records: Iterable[RunRecord], visitor: str) -> None:
        self.visitor = visitor
        self.waiting: deque[RunRecord] = deque(records)
        self.handed_over: set[Path] = set()

    def has_waiting(self) -> bool:
        """Return whether a run waits here for its turn to be handed over."""
        return any(record.state.status == "pending" for record in self.waiting)


class RunGroups:
    """The groups of a queue that have not ended."""

    def __init__(self) -> None:
        self._groups: list[RunGroup] = []

    def __len__(self) -> int:
        return len(self._groups)

    def add(self, records: Sequence[RunRecord], visitor: str) -> RunGroup:
        """Make a group of these runs, all of which wait."""
        group = RunGroup(records, visitor)
        self._groups.append(group)
        return group

    def of(self, folder: Path) -> RunGroup | None:
        """Return the group of a run that was handed over, None if it has none."""
        return next((group for group in self._groups if folder in group.handed_over), None)

    def leave(self, folder: Path) -> RunGroup | None:
        """Take a run that has ended out of its group; return the group, None if it had none."""
        group = self.of(folder)
        if group is not None:
            group.handed_over.discard(folder)
            self.drop_ended()
        return group

    def forget(self, folder: Path) -> None:
        """Let a run no longer wait in a group, since it is handed over by itself."""
        for group in self._groups:
            group.waiting = deque(run for run in group.waiting if run.folder != folder)
        self.drop_ended()

    def has_waiting(self, folder: Path) -> bool:
        """Return whether a run waits for its turn to be handed over."""
        return any(record.folder == folder for record in self.waiting())

    def of_visitor(self, visitor: str) -> list[RunGroup]:
        """Return the groups of a visitor that have runs that wait."""
        return [one for one in self._groups if one.visitor == visitor and one.has_waiting()]

    def waiting(self) -> list[RunRecord]:
        """Return the runs that wait for their turn to be handed over."""
        return [record for group in self._groups for record in group.waiting]

    def take_all(self) -> list[RunRecord]:
        """Return the runs that wait, and end all groups."""
        waiting = self.waiting()
        self._groups.clear()
        return waiting

    def drop_ended(self) -> None:
        """Forget the groups of which no run waits and none is handed over."""
        self._groups = [group for group in self._groups if group.waiting or group.handed_over]
