"""The frames of maps as they travel to a browser: from coarse to fine, in whole steps.

Frames are sent in the order last, first, middle, quarters, and so on, so that a reader can show all
of a run soon and more of it later. The last and the first frame travel as they are. Every other one
lies between two that came before it, and travels as what it differs from the straight line between
these: for a map that moves smoothly that is little, and deflates well.

A coordinate is a fraction of its frame's and map's largest one, in steps of 1 / 32,767; between the
ends in steps of 1 / 2,047, a fifth of a pixel of a map that is 800 pixels wide. `static/shared/`
has the other end, which adds up the same numbers: products of an int16 and a float32 are exact in
float64, so both round alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Steps to the largest coordinate of a map.
STEPS = 32_767
#: The same between the first and the last frame.
COARSE_STEPS = 2_047
#: What stands for a coordinate that is not finite.
NOWHERE = -32_768


@dataclass(frozen=True, kw_only=True, eq=False)
class SentFrame:
    """A frame of P maps as it travels.

    `scales`, (P,), are what `STEPS` steps are; `factors`, (P, 2), by how much the steps of the two
    frames around it are multiplied to foretell its own. `planes`, (2 * P * N * 2,), are the
    differences, all low bytes before all high bytes, which are nearly all zero and deflate well.
    """

    scales: NDArray[np.float32]
    factors: NDArray[np.float32]
    planes: NDArray[np.uint8]


def around(frame: int, last: int) -> tuple[int, int] | None:
    """Return the two frames between which one travels; None for the first and the last frame."""
    if frame in (0, last):
        return None
    half = frame & -frame  # the largest power of two that divides it
    return frame - half, min(frame + half, last)


def quantised(
    positions: NDArray[np.floating], most: int = STEPS
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    """Return whole steps, shaped like `positions` (..., N, 2), and their scales, (...).

    A position is `step / STEPS * scale`; the largest one has `most` steps.
    """
    exact = np.asarray(positions, dtype=np.float32)
    finite = np.isfinite(exact)
    largest = np.where(finite, np.abs(exact), 0).max(axis=(-2, -1))
    largest[largest == 0] = 1
    fractions = np.where(finite, exact, 0) / largest[..., None, None]
    steps = np.rint(fractions * np.float32(most)).astype(np.int16)
    steps[~finite] = NOWHERE
    return steps, largest * np.float32(STEPS / most)


def send_frame(
    frame: int,
    iterations: NDArray[np.integer],
    read: Callable[[int], NDArray[np.floating]],
) -> SentFrame:
    """Return one of S frames as it travels.

    Args:
        frame: Which one, 0 to S - 1.
        iterations: The iteration of each frame, (S,).
        read: Returns the positions of a frame, (P, N, 2).
    """
    last = len(iterations) - 1
    steps, scales = _steps_of(frame, last, read)
    factors = np.zeros((len(scales), 2), np.float32)
    parents = around(frame, last)
    change = steps
    if parents is not None:
        before, after = (_steps_of(parent, last, read) for parent in parents)
        begin, end = (int(iterations[parent]) for parent in parents)
        share = (int(iterations[frame]) - begin) / (end - begin)
        factors[:, 0] = before[1] * (1 - share) / scales
        factors[:, 1] = after[1] * share / scales
        wide = factors.astype(np.float64)[:, :, None, None]
        foretold = np.floor(before[0] * wide[:, 0] + after[0] * wide[:, 1] + 0.5)
        # Wraps around, as does the sum in the browser.
        change = (steps.astype(np.int64) - foretold.astype(np.int64)).astype(np.int16)
    return SentFrame(scales=scales, factors=factors, planes=planes_of(change))


def _steps_of(
    frame: int, last: int, read: Callable[[int], NDArray[np.floating]]
) -> tuple[NDArray[np.int16], NDArray[np.float32]]:
    return quantised(read(frame), STEPS if frame in (0, last) else COARSE_STEPS)


def planes_of(change: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Return the bytes of whole steps, or of differences of steps, as they travel."""
    unsigned = ((change << 1) ^ (change >> 15)).astype("<u2")  # small for small changes of any sign
    return unsigned.reshape(-1).view(np.uint8).reshape(-1, 2).T.reshape(-1)
