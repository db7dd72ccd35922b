"""What the three components share: their files, and how they take what a browser sends."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

_HERE = Path(__file__).parent


def read(*names: str) -> str:
    """Some files of this folder, one after the other: an inline component cannot import."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)


def signature(key: str, *arrays: NDArray[np.generic]) -> str:
    """A name for what the component `key` shows, new whenever that changes, even back to what was.

    The browser keeps its position while the name stays the same, and sends it back with every
    answer: an answer to what was shown before is not one to what is shown now.
    """
    digest = hashlib.blake2s(digest_size=8)
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    content = digest.hexdigest()
    last, turn = st.session_state.get(f"{key} shown", ("", 0))
    if last != content:
        turn += 1
        st.session_state[f"{key} shown"] = (content, turn)
    return f"{content}-{turn}"


def finite_array(values: NDArray[Any], shape: tuple[int, ...], what: str) -> NDArray[np.float32]:
    """The values as float32 of this shape.

    Raises:
        ValueError: they have another shape, or hold a number that is not finite.
    """
    values = np.asarray(values, np.float32)
    if values.shape != shape:
        raise ValueError(
            f"{what} has shape {values.shape}, but it must be {shape}; "
            "take codes of the same model."
        )
    if not np.isfinite(values).all():
        raise ValueError(
            f"{what} holds numbers that are not finite: the training has diverged. "
            "Choose an earlier epoch."
        )
    return values


def numbers(value: object, count: int) -> list[float] | None:
    """A list of `count` finite numbers, as came from the browser; None if it is anything else."""
    if not isinstance(value, list) or len(value) != count:
        return None
    found: list[float] = []
    for item in value:
        # bool is an int for Python; an int may be too large for a float.
        if isinstance(item, bool) or not isinstance(item, int | float) or abs(item) > 1e30:
            return None
        found.append(float(item))
    return found if all(map(math.isfinite, found)) else None
