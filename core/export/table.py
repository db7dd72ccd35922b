"""The curves of a run and the maps of t-SNE as tables."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.export.output import output_file
from core.recorder.reading import mapped_data, read_epochs, terms_of
from core.runs.record import RunError, RunRecord
from core.training.record import epoch_rows, read_configs
from core.tsne.recording import final_positions, load_recording, map_titles
from models import spec_of

#: The measures that a run notes of each map, by their names in the history.
_MEASURES = (
    "kl_divergence",
    "agreement",
    "trustworthiness",
    "gradient_norm",
    "learning_rate",
)


def write_csv(record: RunRecord, path: Path) -> None:
    """Write the positions at the last iteration: one row a digit.

    Columns are `index` (among the 60,000 training digits and the test digits after them; of a map
    that a program has recorded, among its points), `label`, and `<optimizer>_x`, `<optimizer>_y`
    for each optimizer, as the shortest decimal that reads back to the same float32. Where the data
    set calls its classes by names, `class` follows `label`.

    Raises:
        RunError: the run has no maps that can be read, or the file cannot be written.
    """
    recording = load_recording(record, frames=2)
    names = [f"{name}_{axis}" for name in recording.names for axis in "xy"]
    positions = final_positions(record, recording).swapaxes(0, 1)  # (N, P, 2)
    # As text first: a float32 widened to a float would show digits that it does not have.
    rows = [
        [index, label, *map(str, row.ravel())]
        for index, label, row in zip(recording.indices, recording.labels, positions, strict=True)
    ]
    head = ["index", "label", *names]
    data = mapped_data(record)
    if not data.shows_digits:
        head.insert(2, "class")
        for row in rows:
            row.insert(2, data.classes[row[1]])
    _write(path, head, rows)


def write_curves(record: RunRecord, path: Path) -> None:
    """Write what was measured at each iteration: one row an iteration.

    Columns are `iteration` and `<measure>_<optimizer>` for each optimizer; KL divergences are in
    nats. A cell is empty where nothing was measured or the map had diverged.

    Raises:
        RunError: the run has no maps, or the file cannot be written.
    """
    names = tuple(map_titles(record))
    rows = [row for row in record.history() if row.get("event") == "frame"]
    if not rows:
        raise RunError(f"Run {record.id} has no map yet; wait for its first iteration.")
    cells = [
        [row["iteration"]]
        + [
            "" if (value := (row.get(measure) or {}).get(name)) is None else repr(value)
            for measure in _MEASURES
            for name in names
        ]
        for row in rows
    ]
    _write(path, ["iteration", *(f"{m}_{name}" for m in _MEASURES for name in names)], cells)


def write_epochs(record: RunRecord, path: Path) -> None:
    """Write the losses of a training: one row an epoch, from the untrained model on.

    Columns are `epoch`, `train_<term>` and `test_<term>` for each term of the model's loss, or of
    those that a program has recorded, and `seconds`. A cell is empty where nothing was measured, as
    for the untrained model.

    Raises:
        RunError: the run has no epoch that can be read, or the file cannot be written.
    """
    if record.request.is_recorded:
        terms = terms_of(read_epochs(record))
    else:
        model, config, _ = read_configs(record)
        terms = list(spec_of(model).model.terms(config))
    rows = epoch_rows(record)
    if not rows:
        raise RunError(f"Run {record.id} has no losses yet; wait for its first epoch.")
    columns = [(part, term) for part in ("train", "validation") for term in terms]
    cells = [
        [
            row.get("epoch"),
            *(_cell(row.get(part), term) for part, term in columns),
            row.get("seconds"),
        ]
        for row in rows
    ]
    names = {"train": "train", "validation": "test"}
    _write(path, ["epoch", *(f"{names[part]}_{term}" for part, term in columns), "seconds"], cells)


def _cell(values: object, name: str) -> str:
    value = values.get(name) if isinstance(values, dict) else None
    return repr(value) if isinstance(value, int | float) else ""


def _write(path: Path, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(head)
    table.writerows(rows)
    with output_file(path) as file:
        file.write(text.getvalue().encode())
