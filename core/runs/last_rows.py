"""Find the last rows in the histories of many runs, without reading the histories."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection
from pathlib import Path

from core.runs.errors import RunError
from core.runs.history import Row
from core.runs.opening import open_file
from core.runs.record import HISTORY

#: Bytes that are read from the end of a history: at first, and where the row is not among them. An
#: epoch has some 3 kB with its steps, fifty iterations of six maps have 60 kB.
_TAILS = (1 << 14, 1 << 18)


class LastRows:
    """The last row of each run that `wanted` accepts; read again only when the file has changed."""

    def __init__(self, wanted: Callable[[Row], bool]) -> None:
        self._wanted = wanted
        self._known: dict[str, tuple[tuple[int, int, int], Row | None]] = {}

    def get(self, folder: str) -> Row | None:
        """Return the row of the run in a folder; None where there is none near the end, or the
        history is damaged."""
        place = f"{folder}/{HISTORY}"
        try:
            status = os.lstat(place)
        except OSError:
            return None
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        known = self._known.get(place)
        if known is not None and known[0] == stamp:
            return known[1]
        try:
            row = self._read(Path(place))
        except (RunError, OSError):
            row = None
        self._known[place] = (stamp, row)
        return row

    def forget_all_but(self, folders: Collection[str]) -> None:
        """Forget the rows of the runs in all other folders."""
        there = {f"{folder}/{HISTORY}" for folder in folders}
        for gone in {*list(self._known)} - there:
            self._known.pop(gone, None)

    def _read(self, path: Path) -> Row | None:
        for tail in _TAILS:
            with open_file(path) as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(max(0, size - tail))
                content = file.read(tail)
            # The last part is a row that is being written; so is the first where it was cut.
            lines = content.split(b"\n")[:-1]
            for line in reversed(lines if size <= tail else lines[1:]):
                try:
                    row = json.loads(line)
                except (ValueError, RecursionError):
                    return None
                if isinstance(row, dict) and self._wanted(row):
                    return row
            if size <= tail:
                return None
        return None
