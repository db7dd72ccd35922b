"""Find how far the maps of a recording reach."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.tsne.recording import OpenRecording, TSNERecording


def extents_of(opened: OpenRecording) -> NDArray[np.float64]:
    """Return how far each map reaches in all frames, (P, 4): left, right, low, high.

    Frames are read one after the other. A map that is nowhere reaches from -1 to 1.
    """
    extents = np.tile([np.inf, -np.inf, np.inf, -np.inf], (len(opened.names), 1))
    for row in range(len(opened.iterations)):
        positions = opened.frame(row)
        positions = np.where(np.isfinite(positions), positions, np.nan)
        low, high = np.fmin.reduce(positions, axis=1), np.fmax.reduce(positions, axis=1)
        extents[:, ::2] = np.fmin(extents[:, ::2], low)
        extents[:, 1::2] = np.fmax(extents[:, 1::2], high)
    return np.where(np.isfinite(extents), extents, [-1.0, 1.0, -1.0, 1.0])


def views(recording: TSNERecording) -> NDArray[np.float64]:
    """Return, for each optimizer, the square around its map in all frames, (P, 3).

    A row holds the centre's x and y, and half the side.
    """
    finite = np.where(np.isfinite(recording.positions), recording.positions, np.nan)
    low = np.nan_to_num(np.fmin.reduce(finite, axis=(0, 2)).astype(np.float64))
    high = np.nan_to_num(np.fmax.reduce(finite, axis=(0, 2)).astype(np.float64))
    half = np.maximum((high - low).max(axis=1) / 2, 1e-9)
    return np.column_stack([(low + high) / 2, half])
