"""Check all that the folder of opened weights from a bundle holds."""

from __future__ import annotations

import math

from core.export.checked_run import (
    check_files,
    check_numbers,
    check_tensors,
    is_finite,
    row_damaged,
)
from core.own_weights.opened import EPOCH, read_opened
from core.runs.record import RunRecord
from core.training.config import check_room
from core.training.record import (
    PREVIEW_FILE,
    PREVIEW_SHAPE,
    read_configs,
    read_weights,
    weights_file,
)
from core.training.usable_model import check_output
from models import OPENED, build, spec_of

_FILES = rf"preview\.u8|epoch-{EPOCH:03d}\.safetensors"
_WAY_OUT = "export it again"


def check_opened(record: RunRecord) -> None:
    """Check opened weights: settings, the one row of the history, pictures and weights.

    Raises:
        ValueError: something in it is not as the lab writes it; the reason.
        RunError: the same, or a file cannot be read.
    """
    read_opened(record)
    name, config, training = read_configs(record)
    if name not in OPENED or record.state.status != "done":
        raise ValueError("it is no finished run of a network that the lab opens")
    check_room(name, config, training)
    check_files(record, _FILES)
    _check_history(record, list(spec_of(name).model.terms(config)))
    if len(record.read_bytes(PREVIEW_FILE)) != math.prod(PREVIEW_SHAPE):
        raise ValueError(f"its {PREVIEW_FILE} does not hold ten pictures and their outputs")
    model = build(name, config, training.seed)
    weights = read_weights(record, EPOCH)
    check_tensors(weights, model.state_dict(), weights_file(EPOCH))
    model.load_state_dict(weights)
    check_output(model, record.folder / weights_file(EPOCH), _WAY_OUT)


def _check_history(record: RunRecord, terms: list[str]) -> None:
    rows = record.history()
    if len(rows) != 1 or rows[0]["event"] != "epoch" or rows[0].get("epoch") != EPOCH:
        raise row_damaged()
    (row,) = rows
    check_numbers(row, "train", ())
    check_numbers(row, "validation", terms, needed=terms)
    for of_time in ("seconds", "images_per_second"):
        if not is_finite(row.get(of_time, 0), 0):
            raise row_damaged()
