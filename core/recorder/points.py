"""Say which digits of a data set the points of a recorded map are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.digits import Digits
from core.runs.record import RunRecord
from core.runs.tensor_files import damaged
from core.tsne.frame import POINTS_FILE
from core.tsne.frames_file import read_arrays
from models import PIXELS

_PICTURES = "pictures"


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
        raise damaged(record.folder / POINTS_FILE, reason, "choose another run, or record it again")
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
