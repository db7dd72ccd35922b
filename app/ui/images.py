"""Pictures made from tensors and arrays, such as tiled digits, without Streamlit."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from app.theme import DIGIT_COLORS
from models import SIDE

#: Pixels between digits that are tiled, before they are enlarged.
GAP = 2


def tiles(rows: NDArray[np.uint8], *, scale: int = 3, gap: int = GAP) -> NDArray[np.uint8]:
    """Draw a grid of digits as one picture.

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


def mosaic(rows: NDArray[np.uint8], *, gap: int = GAP, fill: int = 0) -> NDArray[np.uint8]:
    """Put a grid of digits (R, C, 784) into one picture (height, width), `fill` between them."""
    count_y, count_x, _ = rows.shape
    cell = SIDE + gap
    grid = np.full((count_y, cell, count_x, cell), fill, np.uint8)
    pictures = rows.reshape(count_y, count_x, SIDE, SIDE)
    grid[:, :SIDE, :, :SIDE] = pictures.transpose(0, 2, 1, 3)
    return grid.reshape(count_y * cell, count_x * cell)[:-gap, :-gap]


def dots(
    points: NDArray[np.floating],
    labels: NDArray[np.integer],
    *,
    width: int = 580,
    height: int = 236,
) -> NDArray[np.uint8]:
    """Draw points (N, 2) as dots coloured by digit: RGBA (height, width, 4), transparent ground."""
    inner = np.quantile(points, [0.01, 0.99], axis=0)  # a few strays must not shrink the rest
    middle, span = inner.mean(axis=0), np.ptp(inner, axis=0).max() * 1.1 or 1.0
    places = (points - middle) / span * height + (width / 2, height / 2)
    # Drawn four times as large and shrunk, which smooths the edges.
    picture = Image.new("RGBA", (width * 4, height * 4))
    pen = ImageDraw.Draw(picture)
    for (x, y), label in zip(places * 4, labels, strict=True):
        pen.ellipse((x - 11, y - 11, x + 11, y + 11), fill=DIGIT_COLORS[label])
    return np.asarray(picture.resize((width, height), Image.Resampling.BOX))


def to_png(pixels: NDArray[np.uint8]) -> bytes:
    """Return a picture, grey (height, width) or with channels last, as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def to_uint8(pixels: Tensor) -> NDArray[np.uint8]:
    """Return pictures in [0, 1] as grey levels, 0 to 255, rounded to the nearest."""
    return (pixels.clamp(0, 1) * 255).round().byte().numpy()
