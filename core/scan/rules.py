"""The rules of paper: straight lines from one side to the other, which writing may cross."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.scan.components import Mask

Grey = NDArray[np.floating]
Ints = NDArray[np.intp]

#: Lines are looked for in a copy whose longer side is about this long, in pixels.
_SIDE = 256
#: The steepest slope of a line. The slopes that are tried differ by a pixel at the picture's sides.
_STEEPEST = 0.2
#: A rule is seen along at least this share of its way through the paper.
_SEEN = 0.8
#: It is seen within this share of either end of that way.
_ENDS = 0.06
#: No rule is thicker than this share of the longer side.
_THICKEST = 0.025
#: A stroke that crosses a rule is thicker than the rule by this factor.
_CROSSING = 1.5
#: A pen along a rule is told from it by its darkness if the darkest ink is darker by this factor.
_PALER = 1.4
#: This many lines are rules, even if nothing is written on them.
_FAMILY = 3


class Line(NamedTuple):
    """A line in a picture: the row y = `start` + `slope` · x, and how much of it is seen."""

    seen: float
    slope: float
    start: float


def remove_rules(smooth: Grey, floor: float, sheet: Mask | None) -> Mask | None:
    """Return where ink (H, W) above a floor is a rule of the paper; None if there are no rules."""
    mask = smooth > floor
    found = np.zeros_like(mask)
    if not mask.any():
        return None
    darkest = float(np.quantile(smooth[mask], 0.95))
    lines = 0
    for flat, of_paper, into in (
        (mask, sheet, found),
        (mask.T, None if sheet is None else sheet.T, found.T),
    ):
        ink = smooth if flat is mask else smooth.T
        for line in _lines(flat, of_paper):
            erased = _rule_along(flat, line)
            if erased is not None:
                lines += 1
                rows, columns = _without_pen(erased, ink, darkest)
                into[rows, columns] = True
    if not found.any():
        return None
    # A single line with nothing beside it is a stroke that fills the picture, such as a 1.
    if lines < _FAMILY and (mask & ~found).sum() < 0.02 * mask.sum():
        return None
    return found


def _without_pen(erased: tuple[Ints, Ints], ink: Grey, darkest: float) -> tuple[Ints, Ints]:
    """Return the places of a rule without those where a pen darker than the rule runs along it."""
    rows, columns = erased
    highest = np.zeros(int(columns.max()) + 1, ink.dtype)
    np.maximum.at(highest, columns, ink[erased])
    usual = float(np.median(highest[highest > 0]))
    if darkest < _PALER * usual:
        return erased
    pale = highest[columns] < (usual + darkest) / 2
    return rows[pale], columns[pale]


def _lines(mask: Mask, paper: Mask | None) -> list[Line]:
    """Return the lines that run through all of the paper of a mask, about from left to right."""
    step = max(1, max(mask.shape) // _SIDE)
    small = pooled(mask, step)
    height, width = small.shape
    rows, columns = np.nonzero(small)
    inside = None if paper is None else np.nonzero(paper[::step, ::step][:height, :width])
    middle = width / 2
    found: list[Line] = []
    on = np.zeros(0, np.intp)
    reach = int(_STEEPEST * width / 2) + 1
    for slope in np.linspace(-_STEEPEST, _STEEPEST, 2 * reach + 1):
        # A line's number is its row in the middle of the picture.
        at = (rows - slope * (columns - middle) + (reach + 0.5)).astype(np.intp)
        count = np.bincount(at, minlength=height + 2 * reach + 2)
        where = np.arange(len(count)) - reach
        first, last = _ends(where.astype(np.float64), float(slope), height, width)
        length = last - first
        if inside is not None:
            on = (inside[0] - slope * (inside[1] - middle) + (reach + 0.5)).astype(np.intp)
            length = np.bincount(on, minlength=len(count))[: len(count)].astype(np.float64)
        seen = np.where(length >= 0.25 * width, count / np.maximum(length, 1), 0)
        for line in np.nonzero(seen >= _SEEN)[0]:
            on_line = columns[at == line]
            left, right = first[line], last[line]
            if inside is not None:
                of_paper = inside[1][on == line]
                left, right = of_paper.min(), of_paper.max()
            room = max(2.0, _ENDS * (right - left))
            if on_line.min() <= left + room and on_line.max() >= right - room:
                start = float(where[line]) - slope * middle
                found.append(Line(float(seen[line]), float(slope), start))
    found.sort(key=lambda line: -line.seen)
    kept: list[Line] = []
    for line in found:
        if all(
            abs(line.start + line.slope * middle - other.start - other.slope * middle) > 4
            for other in kept
        ):
            kept.append(line)
    return [Line(line.seen, line.slope, line.start * step) for line in kept]


def pooled(mask: Mask, step: int) -> Mask:
    """Return whether any of each step × step places is set."""
    if step == 1:
        return mask
    height, width = (side // step * step for side in mask.shape)
    rows = np.logical_or.reduce([mask[start:height:step, :width] for start in range(step)])
    return np.logical_or.reduce([rows[:, start::step] for start in range(step)])


def _ends(
    rows: NDArray[np.float64], slope: float, height: int, width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the first and the last column of lines in the picture, given their middle rows."""
    steep = slope if abs(slope) > 1e-9 else 1e-9
    one, other = ((limit - rows) / steep + width / 2 for limit in (-0.5, height - 0.5))
    first, last = np.minimum(one, other).clip(0, width), np.maximum(one, other).clip(0, width)
    return first, last


def _rule_along(mask: Mask, line: Line) -> tuple[Ints, Ints] | None:
    """Return the places of a rule, without those of strokes that cross it; None if it is thick."""
    height, width = mask.shape
    most = max(4, round(_THICKEST * max(mask.shape)))
    columns = np.arange(width)
    centre = np.rint(line.start + line.slope * columns).astype(np.intp)
    # A strip along the line, in which the line is level.
    reach = 3 * most
    rows = centre[None] + np.arange(-reach, reach + 1)[:, None]
    within = (rows >= 0) & (rows < height)
    strip = mask[rows.clip(0, height - 1), columns[None]] & within
    runs, tops, bottoms = _runs_near_middle(strip, most)
    if runs.sum() < 0.3 * width:
        return None
    thick = (bottoms - tops + 1)[runs]
    usual = float(np.median(thick))
    if usual > most:
        return None
    alone = runs & (bottoms - tops + 1 <= _CROSSING * usual + 1)
    level = np.arange(2 * reach + 1)[:, None]
    erase = strip & alone[None] & (level >= tops[None]) & (level <= bottoms[None])
    return rows[erase], np.broadcast_to(columns[None], rows.shape)[erase]


def _runs_near_middle(strip: Mask, near: int) -> tuple[Mask, Ints, Ints]:
    """Return for each column of a strip whether there is a run near the middle row, and its first
    and last row."""
    depth, width = strip.shape
    middle = depth // 2
    rows = np.arange(depth)[:, None]
    distance = np.where(strip, np.abs(rows - middle), depth)
    start = distance.argmin(axis=0)
    runs = distance.min(axis=0) <= near
    gaps = np.where(strip, -1, rows)
    above = np.maximum.accumulate(gaps, axis=0)
    gaps = np.where(strip, depth, rows)
    below = np.minimum.accumulate(gaps[::-1], axis=0)[::-1]
    columns = np.arange(width)
    return runs, above[start, columns] + 1, below[start, columns] - 1
