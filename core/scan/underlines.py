"""Lines drawn under digits, which may touch them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from core.scan.components import Mask, connected
from core.scan.line_trace import places_of_line
from core.scan.rules import Ints, Line, pooled

#: Lines are looked for in a copy whose longer side is about this long, in pixels.
_SIDE = 256
#: The steepest slope of a line.
_STEEPEST = 0.12
#: A line is at least this long, in multiples of the height of the digit that stands on it.
_MIN = 0.7
#: It reaches beyond the digit at both ends by at least this share of that height,
_BEYOND = 0.03
#: unless it is at least this long, in multiples of that height.
_LONG = 1.4
#: The gap between the line and the digit is at most this share of that height.
_GAP = 0.3
#: A row is part of a line if it has ink along this share of the line's length.
_FULL = 0.7
#: The line alone is as thick as this quantile of the ink in its columns.
_ALONE = 0.25
#: It is nowhere thicker than this multiple of that near its ends,
_END = 1.5
#: which is within this multiple of it.
_END_FOR = 1.5
#: The digit is at least this share of the line's length high.
_LEAST_TALL = 0.2
#: A digit is looked for up to this far beyond the line's ends, in multiples of the line's length.
_ROUND = 1.0
#: At most this many lines are found in a picture.
_MAX = 3


class _Underline(NamedTuple):
    """A line under a digit: its first column and the one after its last, the digit's height, and
    the line's thickness."""

    line: Line
    first: int
    last: int
    tall: int
    thick: int


def find_underlines(mask: Mask) -> Mask | None:
    """Return where in a mask of ink (H, W) the lines under digits are; None if there are none."""
    left = mask.copy()
    for _ in range(_MAX):
        found = _longest_line(left)
        if found is None:
            break
        erased = places_of_line(left, *found)
        if erased is None:
            break
        left[erased] = False
    erased = mask & ~left
    return erased if erased.any() and left.any() else None


def _longest_line(mask: Mask) -> _Underline | None:
    """Return the longest line under a digit."""
    step = max(1, max(mask.shape) // _SIDE)
    small = pooled(mask, step)
    width = small.shape[1]
    rows, columns = np.nonzero(small)
    if not len(rows):
        return None
    part_of = connected(small, corners=True)[0][rows, columns].astype(np.intp)
    middle = width / 2
    reach = int(_STEEPEST * middle) + 1
    lines = []
    for slope in np.linspace(-_STEEPEST, _STEEPEST, 2 * reach + 1):
        at = (rows - slope * (columns - middle) + (reach + 0.5)).astype(np.intp)
        count = np.bincount(at)
        # The lowest of the longest: its other rows are the digit's side of it.
        lines += [
            (int(count[number]), float(slope), int(number))
            for number in np.argsort(-count)[:8]
            if count[number]
        ]
    lines.sort(reverse=True)
    for count, slope, number in lines[:60]:
        level = (rows - slope * (columns - middle) + (reach + 0.5)).astype(np.intp) - number
        on = np.sort(columns[level == 0])
        parts = np.split(on, np.nonzero(np.diff(on) > 2)[0] + 1)
        part = max(parts, key=len)
        first, last = int(part[0]), int(part[-1]) + 1
        if len(part) < 0.5 * count:
            continue
        tall = _height_of_digit(level, columns, part_of, first, last)
        if not tall:
            continue
        start = int(part[len(part) // 2])
        row = int(rows[(level == 0) & (columns == start)][0])
        sides = [_followed(small, row, start, towards) for towards in (-1, 1)]
        thick = float(np.quantile(np.concatenate(sides), _ALONE))
        near = math.ceil(_END_FOR * thick)
        # A line that turns into another stroke, such as the foot of a 2, is no line under a digit.
        if all(side[-near:].max() <= _END * thick + 1 for side in sides):
            line = Line(1.0, slope, (number - reach - slope * middle) * step)
            first, last = start - len(sides[0]) + 1, start + len(sides[1])
            last = min(last * step, mask.shape[1])
            return _Underline(line, first * step, last, tall * step, math.ceil(thick * step))
    return None


def _followed(small: Mask, row: int, column: int, towards: int) -> Ints:
    """Return the thickness of a line in each column, followed from a place on it to one side."""
    height, width = small.shape
    thicknesses: list[int] = []
    while 0 <= column < width:
        top = bottom = row
        while top > 0 and small[top - 1, column]:
            top -= 1
        while bottom < height - 1 and small[bottom + 1, column]:
            bottom += 1
        thicknesses.append(bottom - top + 1)
        column += towards
        beside = np.nonzero(small[top : bottom + 1, column])[0] if 0 <= column < width else []
        if not len(beside):
            break
        # The lowest: the line is below the digit.
        row = top + int(beside[-1])
    return np.asarray(thicknesses, np.intp)


def _height_of_digit(level: Ints, columns: Ints, part_of: Ints, first: int, last: int) -> int:
    """Return the height of the digit that stands on a line from the column `first` to before
    `last`; 0 if none does.

    The places of the ink are given by their rows below the line, their columns, and the numbers of
    the connected parts that they are in.
    """
    length = last - first
    over = (columns >= first) & (columns < last)
    # How much of the line's length has ink in each row from the line upwards.
    ahead = over & (level <= 0) & (level >= -3 * length)
    share = np.bincount(-level[ahead], minlength=2) / length
    # A round digit is hollow above the middle of its bottom.
    around = (columns >= first - _ROUND * length) & (columns < last + _ROUND * length)
    above = around & (level <= 0) & (level >= -3 * length)
    filled = np.bincount(-level[above], minlength=2)
    thick = int(np.argmax(share < _FULL)) or len(share)
    under = over & (level >= 0) & (level <= length)
    depth = max(1, int(np.argmax(np.bincount(level[under], minlength=length + 2) < _FULL * length)))
    rows = np.nonzero(filled[thick:] > 0)[0] + thick
    if not len(rows):
        return 0
    # The digit ends at the first large gap.
    gaps = np.nonzero(np.diff(rows) > max(2, 0.15 * length))[0]
    top = int(rows[gaps[0]] if len(gaps) else rows[-1])
    tall = top - thick + 1
    # The line waves a little: its fringe belongs to it.
    fringe = (thick + depth) // 2 + 1
    digit = (level <= -thick - fringe) & (level >= -top)
    near = columns[digit & (columns >= first - length) & (columns < last + length)]
    wide = (columns >= first - 0.3 * length) & (columns < last + 0.3 * length)
    below = wide & (level > depth + fringe) & (level <= depth + 0.5 * length)
    # A stroke that goes on below from the line is a digit's, such as the bow of a 5.
    own = np.bincount(part_of[over & (level == 0)]).argmax()
    goes_on = (columns >= first - 0.5 * length) & (columns < last + 0.5 * length)
    below |= goes_on & (part_of == own) & (level > depth + fringe) & (level <= depth + length)
    if (
        rows[0] - thick > _GAP * tall
        or length < _MIN * tall
        or below.sum() > 0.02 * len(near)
        or tall < max(3 * thick, _LEAST_TALL * length)
    ):
        return 0
    if not len(near):
        return 0
    room = _BEYOND * tall
    beyond = bool(first <= near.min() - room and last > near.max() + room)
    return tall if beyond or length >= _LONG * tall else 0
