"""Check what the files of a bundle have in common, whatever kind of run it holds.

A check raises `ValueError` with the reason, a part of a sentence about the bundle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import Any

import torch
from torch import Tensor

from core.runs.opening import read_json
from core.runs.record import NOTE, RunRecord
from core.runs.versions import CONTINUED

#: What versions, of PyTorch and of processors, are written with.
_VERSION = re.compile(r"[\w.+ ()-]{1,60}", re.ASCII)
#: So many times a run goes on under other versions at most.
_MOST_STAGES = 100


#: What a run of any kind may have in its folder.
_OF_ALL = r"(run|state|continued)\.json|history\.jsonl|note\.md|(checkpoint|resume)\.safetensors"


def check_files(record: RunRecord, own: str) -> None:
    """Check that the folder has no files but those of its kind of run.

    Args:
        record: The run.
        own: A regular expression for the names that its kind adds to those of all.

    Raises:
        ValueError: it has another one.
    """
    for path in sorted(record.folder.iterdir()):
        if not re.fullmatch(f"{_OF_ALL}|{own}", path.name):
            raise ValueError(f"it holds {path.name}, which is no file of its kind of run")


def check_versions(record: RunRecord) -> None:
    """Check under which versions a run says that it was computed.

    Raises:
        ValueError: it says something else.
    """
    stages = read_json(record.folder / CONTINUED) or []
    if not isinstance(stages, list) or len(stages) > _MOST_STAGES:
        raise ValueError(f"its {CONTINUED} is damaged")
    for stage in (record.request.versions or {}, *stages):
        if not isinstance(stage, Mapping) or not all(
            isinstance(text, str) and _VERSION.fullmatch(text)
            for item in stage.items()
            for text in item
        ):
            raise ValueError("its versions are damaged")


def check_note(record: RunRecord) -> None:
    """Check that a run's note is a text.

    Raises:
        ValueError: it is not.
    """
    try:
        text = record.read_bytes(NOTE).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"its {NOTE} is no text in UTF-8") from None
    if "\0" in text:
        raise ValueError(f"its {NOTE} is no text")


def check_numbers(
    row: Mapping[str, Any], name: str, known: Collection[str], *, needed: Collection[str] = ()
) -> None:
    """Check a mapping of a row of the history: names that are known, and finite numbers or None.

    Args:
        row: The row.
        name: The name of the mapping in it, which may be missing.
        known: The names that it may have.
        needed: Those whose values must be numbers.

    Raises:
        ValueError: it has another name or value.
    """
    values = row.get(name)
    if values is None and not needed:
        return
    if not isinstance(values, Mapping) or not set(values) <= set(known):
        raise row_damaged()
    for key, value in values.items():
        if value is not None and not is_finite(value):
            raise row_damaged()
        if value is None and key in needed:
            raise row_damaged()
    if not set(needed) <= set(values):
        raise row_damaged()


def is_finite(value: object, least: float = -math.inf, most: float = math.inf) -> bool:
    """Return whether a value of JSON is a finite number between these."""
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and least <= value <= most
    )


def is_count(value: object, most: int) -> bool:
    """Return whether a value of JSON is a whole number from 0 to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def row_damaged() -> ValueError:
    """Return the error about a row of the history."""
    return ValueError("a row of its history holds something that no run writes")


def check_tensors(tensors: Mapping[str, Tensor], wanted: Mapping[str, Tensor], file: str) -> None:
    """Check that the tensors of a file have these names, shapes and types.

    Raises:
        ValueError: they have others.
    """
    if tensors.keys() != wanted.keys():
        different = sorted(tensors.keys() ^ wanted.keys())[0]
        raise ValueError(f"the tensors of its {file} are those of another run ({different[:60]!r})")
    for name, tensor in wanted.items():
        found = tensors[name]
        if found.shape != tensor.shape or found.dtype != tensor.dtype:
            raise ValueError(
                f"{name} in its {file} is {_described(found)}, and its settings ask for "
                f"{_described(tensor)}"
            )


def _described(tensor: Tensor) -> str:
    shape = " × ".join(map(str, tensor.shape)) or "1"
    return f"{shape} numbers of type {str(tensor.dtype).removeprefix('torch.')}"


#: The state of a generator of random numbers, as a checkpoint holds it.
GENERATOR = torch.Generator().get_state()
