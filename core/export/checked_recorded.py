"""Check all that the folder of a recorded run from a bundle holds."""

from __future__ import annotations

import math

import numpy as np

from core.export.checked_run import check_files, row_damaged
from core.recorder.map_reading import pictures_of, read_curve
from core.recorder.reading import read_epochs, read_recorded
from core.runs.record import RunRecord
from core.runs.state import RECORDED_MODEL
from core.training.record import PREVIEW_FILE, PREVIEW_SHAPE, checkpoint_epochs, read_weights
from core.tsne.frame import FRAMES_FILE, MAP, POSITIONS_FILE
from core.tsne.frames_file import read_arrays
from core.tsne.recording import open_recording

_OF_MODEL = r"preview\.u8|epoch-\d{3,5}\.safetensors"
_OF_MAP = r"frames\.f16|(points|positions)\.safetensors"
#: Frames that are read at a time; a map has at most 10,000 points.
_AT_ONCE = 500


def check_recorded(record: RunRecord) -> None:
    """Check a run that a program outside the lab has recorded.

    Raises:
        ValueError: something in it is not as a recorder writes it; the reason.
        RunError: the same, or a file cannot be read.
    """
    read_recorded(record)
    if record.request.kind == RECORDED_MODEL:
        _check_model(record)
    else:
        _check_map(record)


def _check_model(record: RunRecord) -> None:
    check_files(record, _OF_MODEL)
    if not {row["event"] for row in record.history()} <= {"start", "epoch"}:
        raise row_damaged()
    rows = read_epochs(record)
    places = [row.preview for row in rows if row.preview is not None]
    pictures = len(record.read_bytes(PREVIEW_FILE)) // math.prod(PREVIEW_SHAPE)
    # A program that was killed may have written the pictures of an epoch whose row is missing.
    if places != [*range(len(places))] or not 0 <= pictures - len(places) <= 1:
        raise ValueError(f"its {PREVIEW_FILE} holds other pictures than its history names")
    last = rows[-1].epoch if rows else 0
    epochs = checkpoint_epochs(record)
    if sum(epoch > last for epoch in epochs) > 1:  # the row of an epoch comes after its weights
        raise ValueError(f"it has weights of epoch {epochs[-1]}, and {last} epochs are over")
    for epoch in epochs:
        read_weights(record, epoch)


def _check_map(record: RunRecord) -> None:
    check_files(record, _OF_MAP)
    rows = record.history()
    if not {row["event"] for row in rows} <= {"start", "frame", "end"}:
        raise row_damaged()
    read_curve(record)
    if not any(row["event"] == "frame" for row in rows):
        return
    recording = open_recording(record)
    count = len(recording.labels)
    pictures_of(record, count)
    if recording.file.count > len(recording.places) + 1:
        raise ValueError(f"its {FRAMES_FILE} holds more frames than its history")
    for first in range(0, len(recording.places), _AT_ONCE):
        recording.positions(slice(first, first + _AT_ONCE))
    if (record.folder / POSITIONS_FILE).exists():
        diverged = [MAP] if np.isnan(recording.kl[-1]).all() else []
        final = read_arrays(record, POSITIONS_FILE, diverged=diverged)
        if final.keys() != {MAP} or final[MAP].shape != (count, 2):
            raise ValueError(f"the tensors of its {POSITIONS_FILE} are those of another run")
