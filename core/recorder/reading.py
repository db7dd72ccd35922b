"""Read back what a recorder has written; nothing in it is trusted."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.data.data_sets import DATA_SETS, MNIST, DataSet
from core.recorder.arguments import (
    MAX_NAME,
    MAX_SETTINGS_BYTES,
    MAX_TERMS,
    checked_settings,
    checked_total,
)
from core.runs.record import HISTORY, RunError, RunRecord, RunRequest
from core.runs.tensor_files import damaged
from core.training.record import PREVIEW_FILE, read_previews
from core.tsne.recording import tsne_config

#: Terms that a page shows, if a program calls them otherwise every now and then.
MAX_SHOWN = 2 * MAX_TERMS
_WAY_OUT = "choose another run, or record it again"
_SECTION = "recorded"
#: Settings of a run in a line of a list.
_FEW = 3


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What a program has said of its run.

    `settings` are JSON values by name; `data` is the data set that its pictures are of; `total` is
    how many epochs or iterations it goes for, None where it has not said.
    """

    settings: Mapping[str, Any]
    data: DataSet
    total: int | None


@dataclass(frozen=True, kw_only=True)
class EpochRow:
    """An epoch of a recorded training.

    The terms are NaN where they were no finite numbers. `preview` is the place of its pictures
    among those of the run, None where it has none. `outputs` are the lowest and the highest pixel
    of the rebuilt digits before they were cut to 0 to 1; None where they are not known.
    """

    epoch: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    preview: int | None
    outputs: tuple[float, float] | None = None


def read_recorded(record: RunRecord) -> Recorded:
    """Return what a program has said of the run that it records.

    Raises:
        RunError: the run is not recorded, or what its run.json says cannot be.
    """
    try:
        if not record.request.is_recorded:
            raise ValueError("its kind is that of a run that the lab computes.")
        values = record.request.settings.get(_SECTION)
        if not isinstance(values, Mapping):
            raise ValueError("it says nothing of what was recorded.")
        data = DATA_SETS.get(str(values.get("data")))
        if data is None:
            raise ValueError(f"data must be one of {', '.join(DATA_SETS)}.")
        return Recorded(
            settings=checked_settings(values.get("settings")),
            data=data,
            total=checked_total(values.get("total")),
        )
    except ValueError as error:
        raise RunError(f"The run.json of run {record.id} cannot be used: {error}") from None


def mapped_data(record: RunRecord) -> DataSet:
    """Return the data set of the points of a map, whoever has computed it.

    Raises:
        RunError: the run has no maps, or what its run.json says cannot be.
    """
    if record.request.is_recorded:
        return read_recorded(record).data
    return DATA_SETS[tsne_config(record).data]


def data_name(request: RunRequest) -> str:
    """Return the name of the data set that a recorded run names, unchecked; MNIST without one."""
    values = request.settings.get(_SECTION)
    name = values.get("data") if isinstance(values, Mapping) else None
    return name if isinstance(name, str) else MNIST


def few_settings(request: RunRequest) -> list[str]:
    """Return the first settings of a recorded run for a line of a list, unchecked: "lr 0.01"."""
    values = request.settings.get(_SECTION)
    settings = values.get("settings") if isinstance(values, Mapping) else None
    if not isinstance(settings, Mapping):
        return []
    return [
        " ".join(f"{name} {_in_words(value)}".split())[:MAX_NAME]
        for name, value in list(settings.items())[:_FEW]
    ]


def settings_in_words(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the values of settings as short texts; these are a visitor's, and not escaped."""
    return {name: _in_words(value) for name, value in settings.items()}


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)[:MAX_SETTINGS_BYTES]


def read_epochs(record: RunRecord) -> list[EpochRow]:
    """Return the epochs that are recorded so far, ascending.

    Raises:
        RunError: the history is damaged.
    """
    try:
        rows = [_epoch(row) for row in record.history() if row["event"] == "epoch"]
        if any(later.epoch <= row.epoch for row, later in pairwise(rows)):
            raise ValueError("its epochs do not ascend")
    except (KeyError, TypeError, ValueError) as error:
        reason = f"a row of it is no epoch: {error}"
        raise damaged(record.folder / HISTORY, reason[:200], _WAY_OUT) from None
    return rows


def terms_of(rows: list[EpochRow]) -> list[str]:
    """Return the names of all terms, in the order in which they came."""
    parts = [part for row in rows for part in (row.train, row.validation)]
    return list(dict.fromkeys(name for part in parts for name in part))[:MAX_SHOWN]


def preview_of(record: RunRecord, rows: list[EpochRow]) -> tuple[int, Any] | None:
    """Return the last epoch that has pictures, and these, uint8 (2, 10, 784); None without any.

    Raises:
        RunError: the file of the pictures is shorter than the history says.
    """
    row = next((row for row in reversed(rows) if row.preview is not None), None)
    if row is None or row.preview is None:
        return None
    pictures = read_previews(record)
    if row.preview >= len(pictures):
        reason = f"it holds {len(pictures)} of {row.preview + 1} pictures"
        raise damaged(record.folder / PREVIEW_FILE, reason, _WAY_OUT)
    return row.epoch, pictures[row.preview]


def _epoch(row: Mapping[str, Any]) -> EpochRow:
    return EpochRow(
        epoch=_whole(row["epoch"]),
        train=_terms(row["train"]),
        validation=_terms(row["validation"]),
        preview=None if row["preview"] is None else _whole(row["preview"]),
        outputs=_range(row.get("outputs")),
    )


def _range(values: object) -> tuple[float, float] | None:
    """Return two numbers, the lower one first; None without them, or where one is not finite."""
    if values is None:
        return None
    if not isinstance(values, list) or len(values) != 2:
        raise ValueError("the range of its outputs must be two numbers")
    if None in values:
        return None
    low, high = values
    if not all(type(value) in (int, float) and abs(value) < 1e38 for value in values) or low > high:
        raise ValueError("the range of its outputs must be two numbers, the lower one first")
    return float(low), float(high)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise ValueError("a number that must be whole is not")
    return value


def _terms(values: object) -> dict[str, float]:
    if not isinstance(values, Mapping) or len(values) > MAX_TERMS:
        raise ValueError(f"terms must be at most {MAX_TERMS} numbers by name")
    for name, value in values.items():
        if not 0 < len(name) <= MAX_NAME or not isinstance(value, int | float | None):
            raise ValueError("a term is no number, or its name is too long")
    return {name: math.nan if value is None else float(value) for name, value in values.items()}
