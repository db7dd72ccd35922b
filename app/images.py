"""Tensors in, one tiled picture out; nothing of Streamlit here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

SIDE = 28


def tiles(rows: NDArray[np.uint8], *, scale: int = 3, gap: int = 2) -> NDArray[np.uint8]:
    """A grid of digits as one picture.

    Args:
        rows: Grey pictures, uint8 (R, C, 784); 0 is background.
        scale: Screen pixels per pixel of a digit; enlarged here, since a browser would blur them.
        gap: Transparent pixels, before enlarging, between the digits.

    Returns:
        Grey and alpha as RGBA, uint8 (height, width, 4).
    """
    grey = mosaic(rows, gap=gap)
    alpha = mosaic(np.full_like(rows, 255), gap=gap)
    picture = np.stack([grey, grey, grey, alpha], axis=-1)
    return picture.repeat(scale, axis=0).repeat(scale, axis=1)


def mosaic(rows: NDArray[np.uint8], *, gap: int = 2, fill: int = 0) -> NDArray[np.uint8]:
    """A grid of digits (R, C, 784) side by side: (height, width), `fill` between them."""
    count_y, count_x, _ = rows.shape
    cell = SIDE + gap
    grid = np.full((count_y, cell, count_x, cell), fill, np.uint8)
    pictures = rows.reshape(count_y, count_x, SIDE, SIDE)
    grid[:, :SIDE, :, :SIDE] = pictures.transpose(0, 2, 1, 3)
    return grid.reshape(count_y * cell, count_x * cell)[:-gap, :-gap]


def to_uint8(pixels: Tensor) -> NDArray[np.uint8]:
    """Pictures in [0, 1] as grey levels, rounded to the nearest."""
    return (pixels.clamp(0, 1) * 255).round().byte().numpy()
