"""The filters by which ink is found in grey pictures: means, maxima, closings and resizing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

#: Brightness or ink at each place, (H, W), computed in single precision.
Grey = NDArray[np.floating]


def blurred(values: Grey) -> Grey:
    """Return the mean of the 3 × 3 places around each."""
    return ndimage.uniform_filter(values, 3, mode="nearest")


def closed(grey: Grey, radius: int) -> Grey:
    """Return a picture without what is dark and thin: its morphological closing with a square."""
    # Beyond its edges a slope goes on as it is, else it would end in a dark rim.
    pad = [(min(2 * radius, side - 1),) * 2 for side in grey.shape]
    padded = np.pad(grey, pad, mode="reflect", reflect_type="odd")
    # But a line close to an edge is mirrored as a bright one: nothing beyond is brighter than here.
    padded = np.minimum(padded, np.pad(highest_around(grey, 2 * radius), pad, mode="edge"))
    filled = -highest_around(-highest_around(padded, radius), radius)
    (top, _), (left, _) = pad
    return filled[top : top + grey.shape[0], left : left + grey.shape[1]]


def highest_around(values: Grey, radius: int) -> Grey:
    """Return the highest value in the square of 2 radius + 1 places around each, (H, W)."""
    return ndimage.maximum_filter(values, 2 * radius + 1, mode="nearest")


def mean_around(values: Grey, radius: int) -> Grey:
    """Return the mean of the square of 2 radius + 1 places around each, (H, W).

    The picture is mirrored beyond its edges.
    """
    return ndimage.uniform_filter(values, 2 * radius + 1, mode="reflect")


def reduced(grey: Grey, side: int) -> Grey:
    """Return a copy whose longer side is at most `side`, each value a mean."""
    height, width = grey.shape
    scale = min(1.0, side / max(grey.shape))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def enlarged(grey: Grey, shape: tuple[int, ...]) -> Grey:
    """Return a copy of this shape (H, W), with values interpolated between neighbours."""
    image = Image.fromarray(np.ascontiguousarray(grey))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
