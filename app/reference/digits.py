"""The ten digits of a program beside those of the lab's own run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.components.digit_tiles import TileRow, digit_tiles
from app.runs.export import save_run_as
from core.reference.recorded import reference_pictures
from core.reference.tasks import ReferenceTask
from core.runs.record import RunRecord


def draw_digits(
    record: RunRecord, task: ReferenceTask, pictures: NDArray[np.uint8], title: str
) -> None:
    """Draw ten digits, what a program makes of them, and what the gallery's run makes of them.

    `pictures` are the program's, uint8 (2, 10, 784); `title` is that of its row.
    """
    given, rebuilt = pictures
    last, (of_lab, by_lab) = reference_pictures(task)
    lines = [
        TileRow(title="Input: ten test digits", pictures=given),
        TileRow(title=title, pictures=rebuilt),
        TileRow(title=f"The lab's after epoch {last:,}", pictures=by_lab),
    ]
    if (of_lab != given).any():
        lines.insert(2, TileRow(title="Input of the lab's model", pictures=of_lab))
    digit_tiles(
        lines,
        key="is-it-right:digits",
        description="Ten test digits, what your program makes of them, and what the lab's does.",
        save_as=save_run_as(record, "beside the reference"),
    )
