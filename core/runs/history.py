"""Read a file of JSON lines while it grows."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.runs.errors import RunError
from core.runs.opening import open_file

Row = dict[str, Any]

#: The rows of this many runs stay in memory, those that were looked at last.
MAX_KEPT = 24


class History:
    """The rows of `history.jsonl`; every look reads only what is new."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self) -> tuple[Row, ...]:
        """Return the rows that are complete, without a torn last one.

        Raises:
            RunError: a line is not a row, or the file breaks a rule of `core.runs.opening`.
        """
        kept = _kept(self._path)
        offset, last, rows = kept.known
        try:
            with open_file(self._path) as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(offset - len(last))
                if file.read(len(last)) != last:
                    # A resumed run has cut it back meanwhile, and may have made it longer again.
                    offset, last, rows = 0, b"", ()
                    file.seek(0)
                added = file.read(max(0, size - file.tell()))
        except FileNotFoundError:
            return ()
        lines = added[: added.rfind(b"\n") + 1].splitlines(keepends=True)
        if not lines:
            return rows
        try:
            rows += tuple(_row(line) for line in lines)
        except ValueError:
            raise RunError(
                f"The curve of run {self._path.parent.name} is damaged ({self._path.name} holds a "
                "line that is no row). Its saved weights are not affected."
            ) from None
        kept.known = (offset + sum(map(len, lines)), lines[-1], rows)
        return rows

    def diverged_maps(self) -> set[str]:
        """Return the names of the t-SNE maps that had diverged when the last row was written; none
        where the history cannot be read."""
        try:
            kl = [row["kl_divergence"] for row in self.rows() if "kl_divergence" in row]
        except RunError:
            return set()
        if not kl or not isinstance(kl[-1], dict):
            return set()
        return {name for name, divergence in kl[-1].items() if divergence is None}


class _Kept:
    """What is known of a file: how many bytes have been read, the last line of them, and the rows.

    These are replaced as one, so that many readers may share them without a lock.
    """

    def __init__(self) -> None:
        self.known: tuple[int, bytes, tuple[Row, ...]] = (0, b"", ())


@lru_cache(maxsize=MAX_KEPT)
def _kept(path: Path) -> _Kept:
    return _Kept()


def _row(line: bytes) -> Row:
    row = json.loads(line)
    if not isinstance(row, dict) or not isinstance(row.get("event"), str):
        raise ValueError(row)
    return row
