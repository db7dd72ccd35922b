"""The maps of a t-SNE run as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from core.export.output import output_file
from core.record import RunRecord
from core.recording import final_positions, load_recording


def write_csv(record: RunRecord, path: Path) -> None:
    """Writes the positions at the last iteration: one row a digit.

    Columns are `index` (in the training set), `label`, and `<optimizer>_x`, `<optimizer>_y` for
    each contestant, as the shortest decimal that reads back to the same float32.

    Raises:
        RunError: the run has no maps that can be read, or the file cannot be written.
    """
    recording = load_recording(record, frames=2)
    names = [f"{name}_{axis}" for name in recording.names for axis in "xy"]
    positions = final_positions(record, recording).swapaxes(0, 1)  # (N, P, 2)
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["index", "label", *names])
    for index, label, row in zip(recording.indices, recording.labels, positions, strict=True):
        # As text first: a float32 widened to a float would show digits that it does not have.
        table.writerow([index, label, *map(str, row.ravel())])
    with output_file(path) as file:
        file.write(text.getvalue().encode())
