"""Follow a line under a digit column by column, where strokes touch it or lie in it."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from core.scan.components import Mask, connected
from core.scan.rules import Ints, Line

Floats = NDArray[np.floating]

#: A line is no thicker than this share of the picture's longer side.
_THICKEST = 0.06
#: The line alone is as thick as this quantile of the ink in its columns.
_ALONE = 0.25
#: The line waves by at most this multiple of its thickness.
_WAVE = 1.5
#: Ink higher than the line by this share of its thickness, and a pixel, is a digit's stroke.
_ABOVE = 0.1
#: A stroke lies along the line where the slope of its upper edge is at most this
_FLAT = 0.35
#: along at least this share of the line's thickness.
_FLAT_FOR = 0.5
#: The bottom of a bow is hidden in the line along at most this share of the digit's height.
_HIDDEN = 0.35
#: Both sides of the bow go up and apart: by at least this much for each pixel upwards.
_APART = 0.3


def places_of_line(
    mask: Mask, line: Line, first: int, last: int, tall: int, thick: int
) -> tuple[Ints, Ints] | None:
    """Return the places of a line in a mask of ink (H, W), without those of the digit on it.

    The line goes from the column `first` to before `last` and is about `thick` pixels thick; the
    digit is about `tall` pixels high. The result is None if the line is too thick.
    """
    columns = np.arange(first, last)
    middle = np.rint(line.start + line.slope * columns).astype(np.intp)
    # A strip along the line, in which the line is level.
    near = max(2, round(_WAVE * thick))
    rows = middle + np.arange(-near - 3 * thick, near + 1)[:, None]
    strip = mask[rows.clip(0, len(mask) - 1), columns] & (rows >= 0) & (rows < len(mask))
    seen, tops, bottoms = _lowest_runs(strip, 2 * near + 1)
    if not seen.any():
        return None
    usual = float(np.quantile((bottoms - tops + 1)[seen], _ALONE))
    if usual > max(4, _THICKEST * max(mask.shape)):
        return None
    above = np.where(seen, bottoms - tops + 1 - usual, 0.0)
    on = above > _ABOVE * usual + 1
    level = np.arange(len(strip))[:, None]
    upper = level >= np.where(seen, tops, len(strip))
    _add_hidden_bows(on, strip, bottoms - usual, usual, _HIDDEN * tall)
    into = _depth_of_digit(on, tops, above, usual)
    start = np.where(on, np.rint(bottoms - into) + 1, tops)
    erase = strip & upper & (level >= start) & (level <= bottoms)
    return rows[erase], np.broadcast_to(columns, rows.shape)[erase]


def _lowest_runs(strip: Mask, near: int) -> tuple[Mask, Ints, Ints]:
    """Return for each column of a strip whether there is ink in the lowest `near` rows, and the
    first and the last row of its lowest run."""
    depth = len(strip)
    rows = np.arange(depth)[:, None]
    bottoms = depth - 1 - strip[::-1].argmax(axis=0)
    seen = strip.any(axis=0) & (bottoms >= depth - near)
    gaps = np.where(strip | (rows > bottoms), -1, rows)
    return seen, gaps.max(axis=0) + 1, bottoms


def _add_hidden_bows(on: Mask, strip: Mask, edge: Floats, thick: float, most: float) -> None:
    """Add to the columns in which a digit is on a line those where its bow is hidden in the line.

    A bow goes up on both sides of at most `most` columns from the line's upper `edge`.
    """
    columns = np.arange(len(on))
    low, high = (
        np.nonzero(strip[np.rint(edge - up).astype(np.intp).clip(0), columns])[0]
        for up in (_ABOVE * thick + 2, (1 + _ABOVE) * thick + 2)
    )
    for (one,), (other,) in pairwise(ndimage.find_objects(connected(on)[0])):
        gap = (one.stop + other.start) / 2
        right_low, right_high = (min(at[at > gap], default=math.inf) for at in (low, high))
        left_low, left_high = (max(at[at <= gap], default=-math.inf) for at in (low, high))
        apart = right_high - right_low, left_low - left_high
        if other.start - one.stop <= most and min(apart) >= _APART * thick:
            on[one.stop : other.start] = True


def _depth_of_digit(on: Mask, tops: Ints, above: Floats, thick: float) -> Floats:
    """Return by how much a digit ends above a line's lower edge, in each column.

    Where a stroke lies along the line its upper edge shows how deep in the line it is, since it is
    as thick as the line. Where none does the digit ends half way.
    """
    steep = np.abs(np.gradient(ndimage.uniform_filter1d(tops.astype(np.float64), 5)))
    into = np.full(len(on), thick / 2)
    numbers, count = connected(on)
    for number in range(1, count + 1):
        here = np.nonzero(numbers == number)[0]
        flat = here[(steep[here] <= _FLAT) & (above[here] <= thick)]
        if len(flat) >= max(3, _FLAT_FOR * thick):
            nearest = flat[np.abs(here[:, None] - flat).argmin(axis=1)]
            into[here] = above[nearest].clip(0, thick)
    return into
