"""Read the maps that a program has recorded, and say which digits of a data set they show."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.digits import Digits
from core.runs.record import HISTORY, RunRecord
from core.runs.tensor_files import damaged
from core.tsne.frame import MAP, POINTS_FILE
from core.tsne.frames_file import read_arrays
from core.tsne.measured import Measured
from models import PIXELS

_PICTURES = "pictures"
_WAY_OUT = "choose another run, or record it again"


def read_curve(record: RunRecord) -> Measured:
    """Return the iterations and the divergences, (S, 1), of a recorded map until now.

    Raises:
        RunError: the history is damaged.
    """
    rows = [row for row in record.history() if row["event"] == "frame"]
    try:
        return Measured.read(rows, (MAP,))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        reason = "a row of it says nothing of a map"
        raise damaged(record.folder / HISTORY, reason, _WAY_OUT) from None


def pictures_of(record: RunRecord, count: int) -> NDArray[np.uint8] | None:
    """Return the pictures of a recorded map's points, (count, 784); None where it has none.

    Raises:
        RunError: the file is missing or damaged.
    """
    pictures = read_arrays(record, POINTS_FILE).get(_PICTURES)
    if pictures is None:
        return None
    if pictures.shape != (count, PIXELS) or pictures.dtype != np.uint8:
        reason = f"its pictures are not {count} of {PIXELS} bytes"
        raise damaged(record.folder / POINTS_FILE, reason, _WAY_OUT)
    return pictures


def numbers_in(
    pictures: NDArray[np.uint8] | None, *splits: Digits, count: int
) -> NDArray[np.int64]:
    """Return where the pictures are among these digits, counted through all splits, (count,).

    A picture that is none of them, or of which nothing is known, is -1 minus its own place.
    """
    numbers = -1 - np.arange(count)
    if pictures is None:
        return numbers
    wanted = {picture.tobytes(): place for place, picture in enumerate(pictures)}
    first = 0
    for digits in splits:
        grey = (digits.pixels * 255).round().byte().numpy()
        for number, row in enumerate(grey, first):
            if (place := wanted.get(row.tobytes())) is not None:
                numbers[place] = number
        first += len(digits)
    return numbers
