"""Watch maps unfold: as a camera sees them that keeps all digits in view, at fewer moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

#: Frames over which the camera moves. It is odd, so that as many are before a frame as behind it.
WINDOW = 21


def in_view(positions: NDArray[np.floating], window: int = WINDOW) -> NDArray[np.float32]:
    """Return maps in the frame of a camera of their own, (S, P, N, 2) within [-1, 1].

    A camera follows the middle of its map, evenly, and its distance follows the farthest digit: it
    is the mean, over `window` frames, of the largest distance that each of their own windows needs.
    A frame is in all of the windows that it is averaged over, so no digit leaves the view. NaN
    stays NaN.

    Args:
        positions: The recorded maps, (S, P, N, 2).
        window: Frames, odd.
    """
    exact = np.asarray(positions, np.float32)
    finite = np.isfinite(exact)
    low = np.where(finite, exact, np.inf).min(axis=2, keepdims=True)
    high = np.where(finite, exact, -np.inf).max(axis=2, keepdims=True)
    middles = np.where(low <= high, low + high, 0) / 2
    moved = exact - uniform_filter1d(middles, window, axis=0)
    needed = np.where(finite, np.abs(moved), 0).max(axis=(2, 3))
    distance = uniform_filter1d(maximum_filter1d(needed, window, axis=0), window, axis=0)
    distance[distance == 0] = 1
    # Rounding must not put the farthest digit out of view.
    return (moved / distance[..., None, None]).clip(-1, 1).astype(np.float32)


def moments(frames: int, count: int) -> NDArray[np.intp]:
    """Return at most `count` of so many frames, close together at first and farther apart later.

    Digits move most at the beginning, so the k-th is at the square of its share of the way. Both
    ends are among them.

    Raises:
        ValueError: fewer than two moments are asked for.
    """
    if count < 2:
        raise ValueError(f"count (={count}) must be at least 2: the first and the last frame.")
    return np.unique(np.rint((frames - 1) * np.linspace(0, 1, count) ** 2).astype(np.intp))
