"""Check what a program hands to the recorder: each error is a sentence with the way out."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.data_sets import CLASSES
from core.runs.state import LONGEST_TITLE
from models import PIXELS

#: Epochs or iterations of one run that are recorded: 10,000 rows of 1,500 bytes fit a history.
MAX_RECORDED = 10_000
#: Points of a map: all pairs of more take 400 MB, and no program by hand goes there.
MAX_POINTS = 10_000
#: Terms in `train` and in `validation`: each is a panel of the chart.
MAX_TERMS = 6
#: Characters of the name of a term or of a setting.
MAX_NAME = 40
#: Bytes of one row of the history as JSON.
MAX_ROW_BYTES = 1_500
#: Bytes of all settings as JSON: the card on the page has room for about as many.
MAX_SETTINGS_BYTES = 10_000
#: How deeply settings may be nested; what contains itself is found by it.
_MAX_DEPTH = 5


def checked_name(name: object) -> str:
    """Return the name of a run."""
    if not isinstance(name, str) or not name.strip():
        raise ValueError(
            f"name (={_shown(name)}) must be a text that is not empty: it is the title of the run."
        )
    if len(name) > LONGEST_TITLE:
        raise ValueError(
            f"name has {len(name):,} characters, and may have at most {LONGEST_TITLE}; shorten it."
        )
    return name.strip()


def checked_model(model: object) -> nn.Module | None:
    """Return the network that a run trains; None for a map."""
    if model is not None and not isinstance(model, nn.Module):
        raise ValueError(f"model (={_shown(model)}) must be a torch.nn.Module: pass the network.")
    return model


def checked_total(total: object) -> int | None:
    """Return how many epochs or iterations a loop is going to make; None where it is not said."""
    if total is None:
        return None
    if isinstance(total, bool) or not isinstance(total, int) or total < 1:
        raise ValueError(
            f"total (={_shown(total)}) must be a whole number from 1: the epochs or iterations of "
            "the loop; leave it out if you do not know."
        )
    return total


def checked_settings(settings: object) -> dict[str, Any]:
    """Return settings as plain JSON values; tuples become lists, and NumPy's numbers Python's."""
    if settings is None:
        return {}
    if not isinstance(settings, Mapping):
        raise ValueError(f'settings (={_shown(settings)}) must be a dict, such as {{"lr": 0.01}}.')
    plain = _plain(settings, "settings", _MAX_DEPTH)
    size = len(json.dumps(plain))
    if size > MAX_SETTINGS_BYTES:
        raise ValueError(
            f"settings take {size:,} bytes as JSON, and may take at most {MAX_SETTINGS_BYTES:,}; "
            "keep what tells this run from your others."
        )
    return plain


def _plain(value: object, where: str, depth: int) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{where} (={value}) must be finite: JSON has no such number.")
        return value
    if isinstance(value, Mapping | list | tuple) and depth == 0:
        raise ValueError(f"{where} is nested too deeply; use at most {_MAX_DEPTH} levels.")
    if isinstance(value, list | tuple):
        return [_plain(item, f"{where}[{at}]", depth - 1) for at, item in enumerate(value)]
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
                raise ValueError(
                    f"{_shown(name)} in {where} must be a text of 1 to {MAX_NAME} characters: it "
                    "is the name of a setting."
                )
        return {name: _plain(item, f"{where}[{name!r}]", depth - 1) for name, item in value.items()}
    raise ValueError(
        f"{where} (={_shown(value)}) is a {type(value).__name__}, which JSON does not have; pass a "
        "number, a text, true or false, None, or a list or dict of these, such as float(value) or "
        "str(value)."
    )


def checked_terms(terms: object, which: str) -> dict[str, float]:
    """Return the terms of a loss as numbers, which may be NaN or infinite: a loss can be."""
    if terms is None:
        return {}
    if not isinstance(terms, Mapping):
        raise ValueError(f'{which} (={_shown(terms)}) must be a dict, such as {{"loss": 0.1}}.')
    if len(terms) > MAX_TERMS:
        raise ValueError(
            f"{which} has {len(terms)} terms, and may have at most {MAX_TERMS}: each is a panel of "
            "the chart."
        )
    for name in terms:
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
            raise ValueError(
                f"{_shown(name)} in {which} must be a text of 1 to {MAX_NAME} characters: it is "
                "the name of a curve."
            )
    return {name: number(value, f"{which}[{name!r}]") for name, value in terms.items()}


def number(value: object, where: str) -> float:
    """Return a number, also one in a tensor or an array of one element."""
    if isinstance(value, Tensor | np.ndarray | np.generic) and math.prod(value.shape) == 1:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"{where} (={_shown(value)}) must be one number, such as loss.item() or the mean of a "
            "list."
        )
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def check_row(row: Mapping[str, Any]) -> None:
    """Check that a row is short enough for the history to hold all of a run."""
    if len(json.dumps(row)) > MAX_ROW_BYTES:
        raise ValueError(
            f"The names of the terms take more than {MAX_ROW_BYTES:,} bytes in the run's history; "
            "shorten them."
        )


def checked_codec(encode: object, decode: object) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Return the two halves of a model."""
    for name, half in (("encode", encode), ("decode", decode)):
        if not callable(half):
            raise ValueError(
                f"{name} (={_shown(half)}) must be a function or a module; pass encode and decode "
                "together, or neither."
            )
    return encode, decode  # type: ignore[return-value]


def checked_labels(labels: object) -> NDArray[np.int64]:
    """Return the classes of the points of a map, (N,)."""
    found = as_array(labels)
    if (
        found is None
        or found.ndim != 1
        or not np.issubdtype(found.dtype, np.integer)
        or not 1 <= len(found) <= MAX_POINTS
        or not np.isin(found, range(CLASSES)).all()
    ):
        raise ValueError(
            f"labels (={_shown(labels)}) must be 1 to {MAX_POINTS:,} whole numbers from 0 to "
            f"{CLASSES - 1}, one for each point of the map: they colour it."
        )
    return found.astype(np.int64)


def checked_images(images: object, count: int) -> NDArray[np.uint8] | None:
    """Return the pictures of the points, (N, 784) grey levels; None where there are none."""
    if images is None:
        return None
    found = as_array(images)
    if found is None or not found.ndim or len(found) != count or found.size != count * PIXELS:
        raise ValueError(
            f"images (={_shown(images)}) must be {count:,} pictures of 28 × 28 pixels, one for "
            "each label."
        )
    found = found.reshape(count, PIXELS)
    if found.dtype == np.uint8:
        return found.copy()
    if not np.isfinite(found).all() or found.min() < 0 or found.max() > 1:
        raise ValueError(
            "images must have pixels from 0 to 1, or bytes from 0 to 255; undo what scales them "
            "otherwise."
        )
    return (found.astype(np.float32) * 255).round().astype(np.uint8)


def checked_positions(positions: object, count: int) -> NDArray[np.float32]:
    """Return the places of all points, (N, 2); they are not finite where a map has diverged."""
    found = as_array(positions)
    if found is None or found.shape != (count, 2) or not np.issubdtype(found.dtype, np.number):
        raise ValueError(
            f"positions (={_shown(positions)}) must have the shape ({count:,}, 2): a place for "
            "each label."
        )
    with np.errstate(over="ignore"):
        return found.astype(np.float32)


def as_array(value: object) -> NDArray[Any] | None:
    """Return a tensor, an array or a list as an array of numbers; None where it is none."""
    if isinstance(value, Tensor):
        value = value.detach().to("cpu")
        return (value.float() if value.dtype == torch.bfloat16 else value).numpy()
    try:
        found = np.asarray(value)
    except ValueError:
        return None
    return found if found.dtype.kind in "biuf" else None


def _shown(value: object) -> str:
    """Return a value for a sentence: a short text, and of tensors and arrays their shape."""
    if isinstance(value, Tensor | np.ndarray):
        return f"{type(value).__name__} of shape {tuple(value.shape)}"
    try:
        text = repr(value)
    except Exception:  # of a class that a program has written
        text = type(value).__name__
    return text if len(text) <= 60 else f"{text[:60]}…"
