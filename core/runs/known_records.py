"""Keep the records of runs, so that a page that lists hundreds of runs reads few files."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from core.runs.folders import unreadable
from core.runs.opening import check_folder
from core.runs.record import RunRecord
from core.runs.state import RUN


class KnownRecords:
    """The records of runs that have been read, by folder.

    run.json changes seldom, and its time stamp tells: a record read once serves later looks.
    """

    def __init__(self) -> None:
        # By text, which is found faster than a Path.
        self._known: dict[str, tuple[int, int, RunRecord]] = {}

    def get(self, folder: Path) -> RunRecord:
        """Return the run in this folder, whose files are checked when there are new ones.

        Raises:
            RunError: it cannot be read, or breaks a rule of `core.runs.opening`.
        """
        return self.get_named(folder.parent, folder.name)

    def get_named(self, root: Path, name: str) -> RunRecord:
        """Return the run of this name in `root`, as `get` does.

        A list of all runs asks by name: to make a path takes as long as to look at a file.
        """
        place = f"{root}/{name}"
        try:
            stamp = os.lstat(f"{place}/{RUN}").st_mtime_ns
            # It is another one when files have come or gone.
            folder_stamp = os.lstat(place).st_mtime_ns
        except OSError:
            stamp = folder_stamp = -1
        known = self._known.get(place)
        if known is not None and known[0] == stamp and known[1] == folder_stamp:
            return known[2]
        folder = root / name
        try:
            if known is not None and known[0] == stamp:
                check_folder(folder)
                record = known[2]
            else:
                record = RunRecord(folder)
        except OSError as error:
            raise unreadable(folder, error) from error
        self._known[place] = (stamp, folder_stamp, record)
        return record

    def __contains__(self, folder: Path) -> bool:
        return str(folder) in self._known

    def forget(self, folder: Path) -> None:
        """Forget the run in this folder, which is gone."""
        self._known.pop(str(folder), None)

    def forget_all_but(self, names: Mapping[Path, Collection[str]]) -> None:
        """Forget all runs but those of these names in these folders."""
        if len(self._known) <= sum(map(len, names.values())):
            return  # there is seldom one to forget, and to look for it takes as long as to list
        there = {f"{root}/{name}" for root, inside in names.items() for name in inside}
        for gone in {*list(self._known)} - there:
            self._known.pop(gone, None)
