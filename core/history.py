"""Reading a growing file of JSON lines while it grows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.run_state import RunError

Row = dict[str, Any]


class History:
    """The rows of `history.jsonl`; every look reads only what is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Bytes read so far, the last line of them, and the rows they hold: replaced as one, so that
        # many readers may share this without a lock.
        self._known: tuple[int, bytes, tuple[Row, ...]] = (0, b"", ())

    def rows(self) -> tuple[Row, ...]:
        """The rows that are complete; a torn last one is left out.

        Raises:
            RunError: a line is not a row.
        """
        offset, last, rows = self._known
        try:
            with self._path.open("rb") as file:
                file.seek(offset - len(last))
                if file.read(len(last)) != last:
                    # A resumed run has cut it back meanwhile, and may have made it longer again.
                    offset, last, rows = 0, b"", ()
                    file.seek(0)
                added = file.read()
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
        self._known = (offset + sum(map(len, lines)), lines[-1], rows)
        return rows


def _row(line: bytes) -> Row:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise ValueError(row)
    return row
