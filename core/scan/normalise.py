"""Show a drawn, scanned or photographed digit as MNIST does.

Source: LeCun, Bottou, Bengio and Haffner, Gradient-based learning applied to document recognition,
1998: scaled into a box of 20 × 20 with its proportions, and moved so that the centre of mass of its
ink lies in the middle of 28 × 28.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.scan.components import Component, together
from core.scan.filters import Grey, highest_around
from core.scan.ink import Ink, find_ink, has_light_paper
from core.scan.picture_file import PictureError
from core.scan.strokes import find_strokes
from models import SIDE

#: The longer side of a digit in MNIST, in pixels.
_BOX = 20
#: A picture with more strokes is no single digit.
_MAX_STROKES = 20
#: A digit's longer side while it is worked on, in pixels.
_WORKING_SIDE = 80
#: The width of the soft edge of its ink, as a share of that side.
_EDGE = 0.06
#: Thinner lines are made this thick then: a little more than a pixel of the result.
_THINNEST = 4.5
#: This quantile of a digit's ink is full ink.
_FULL = 0.7
#: A digit ends where its ink falls below this share of its strongest ink.
_END = 0.5


def from_drawing(
    picture: Image.Image, *, invert: bool | None = None, name: str = "The picture"
) -> Tensor:
    """Return all that is written in a picture as one digit, (784,) float32, 0 background to 1 ink.

    Args:
        picture: Grey, as `open_picture` gives it.
        invert: Whether the ink is dark on light paper; None finds out from the picture.
        name: How a sentence calls the picture.

    Raises:
        PictureError: there is nothing that looks like a digit.
    """
    ink = find_ink(picture, invert, bare=True)
    strokes = find_strokes(ink, name)
    if len(strokes) > _MAX_STROKES:
        raise PictureError(
            f"{name} shows {len(strokes)} separate marks, at most {_MAX_STROKES} make one digit; "
            "crop it to the digit."
        )
    return digit_of(ink, together(strokes))


def just_resized(picture: Image.Image, invert: bool | None = None) -> Tensor:
    """Return the whole picture as 28 × 28, (784,) float32 in [0, 1]: the simpler alternative.

    As in `from_drawing` the paper is made dark, but it stays as grey and as uneven as it is.
    """
    small = picture.resize((SIDE, SIDE), Image.Resampling.BOX)
    pixels = torch.from_numpy(np.asarray(small, np.float32) / 255).reshape(-1)
    light = has_light_paper(picture) if invert is None else invert
    return 1 - pixels if light else pixels


def digit_of(ink: Ink, component: Component) -> Tensor:
    """Return one component of a picture's ink as MNIST shows digits, (784,) float32 in [0, 1]."""
    amount = _working_copy(ink, component)
    end = _END * float(amount.max())
    top, bottom = _ends(amount.max(axis=1), end)
    left, right = _ends(amount.max(axis=0), end)
    scale = _BOX / max(bottom - top, right - left)
    size = (max(1, round(scale * (right - left))), max(1, round(scale * (bottom - top))))
    image = Image.fromarray(amount).resize(
        size, Image.Resampling.HAMMING, box=(left, top, right, bottom)
    )
    return _centred(np.asarray(image).clip(0, 1))


def _working_copy(ink: Ink, component: Component) -> Grey:
    """Return the ink in and around a component, 0 to 1, its longer side `_WORKING_SIDE`."""
    margin = math.ceil(2 * _EDGE * component.size) + 1
    left, top, right, bottom = component.box
    # Beyond the picture is paper.
    height, width = ink.amount.shape
    rows = slice(max(0, top - margin), min(height, bottom + margin))
    columns = slice(max(0, left - margin), min(width, right + margin))
    missing = (
        (rows.start - top + margin, bottom + margin - rows.stop),
        (columns.start - left + margin, right + margin - columns.stop),
    )
    amount = np.pad(ink.amount[rows, columns], missing)
    inside = np.zeros_like(amount)
    inside[component.rows - top + margin, component.columns - left + margin] = 1
    full = float(np.quantile(ink.smooth[component.rows, component.columns], _FULL))
    scale = _WORKING_SIDE / component.size
    # A line much thinner than a pixel of the result would all but vanish in it.
    widen = round((_THINNEST / scale - component.thickness) / 2)
    if widen > 0:
        inside = highest_around(inside, widen)
        amount = full * inside
    size = (round(scale * amount.shape[1]), round(scale * amount.shape[0]))
    small, near = (
        np.asarray(Image.fromarray(part).resize(size, Image.Resampling.BOX))
        for part in (amount, inside)
    )
    near = highest_around((near > 0).astype(np.float32), math.ceil(_EDGE * _WORKING_SIDE))
    return (small / full).clip(0, 1) * near


def _ends(profile: Grey, end: float) -> tuple[float, float]:
    """Return the places where a profile, 0 at both ends, first reaches `end` and last leaves it."""
    reached = np.nonzero(profile >= end)[0]
    first, last = int(reached[0]), int(reached[-1])
    before, after = profile[first - 1], profile[last + 1]
    start = first + 0.5 - (profile[first] - end) / (profile[first] - before)
    return float(start), float(last + 0.5 + (profile[last] - end) / (profile[last] - after))


def _centred(digit: Grey) -> Tensor:
    """Put a digit of at most 20 × 20 into 28 × 28, so that its centre of mass is in the middle.

    The digit is moved by whole pixels.
    """
    picture = np.zeros((SIDE, SIDE), np.float32)
    place = []
    for axis, length in enumerate(digit.shape):
        weights = digit.sum(axis=1 - axis)
        centre = float(weights @ np.arange(length) / weights.sum())
        # MNIST's own centres lie from 13.5 up to 14.5.
        place.append(min(max(math.ceil(SIDE / 2 - 0.5 - centre), 0), SIDE - length))
    top, left = place
    picture[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return torch.from_numpy(picture).reshape(-1)
