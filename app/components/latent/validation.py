"""Checks of the numbers that the latent components get from Python and from a browser."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray


def finite_array(values: NDArray[Any], shape: tuple[int, ...], what: str) -> NDArray[np.float32]:
    """Return the values as float32 of this shape.

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
    """Return `count` finite numbers that came from the browser; None if it is anything else."""
    if not isinstance(value, list) or len(value) != count:
        return None
    found: list[float] = []
    for item in value:
        # bool is an int for Python; an int may be too large for a float.
        if isinstance(item, bool) or not isinstance(item, int | float) or abs(item) > 1e30:
            return None
        found.append(float(item))
    return found if all(map(math.isfinite, found)) else None
