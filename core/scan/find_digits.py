"""Find all digits in a picture, such as a photo of a sheet, and put them in reading order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image
from torch import Tensor

from core.scan.components import Box, Component, goes_on, together
from core.scan.ink import find_ink
from core.scan.normalise import digit_of
from core.scan.picture_file import PictureError
from core.scan.strokes import find_strokes, only_writing

#: More digits than this in one picture are refused.
MAX_DIGITS = 50
#: Strokes with at most this gap belong together, in shares of the longer side of both together.
_NO_GAP = 0.03
#: The largest gap in a digit between a stroke and one above it, in the same shares.
_GAP_ABOVE = 0.25
#: The largest gap in a digit between a stroke and one beside it, in the same shares.
_GAP_BESIDE = 0.12
#: The largest gap in a line that goes on in its direction, in the same shares.
_GOES_ON = 0.14
#: The same among many components, where it may be the next row, and in another broken line.
_BROKEN = 0.12
#: Each half of a digit, one above the other, is at least this wide, in multiples of its height.
_SQUAT = 0.7
#: The heights of the two halves overlap by at most this, in the shares above.
_UNDER = 0.1
#: At least this share of a stroke's width and height lies in the box of its digit.
_INTO = 0.33
#: If there are at least this many components, most of them are whole digits.
_MANY = 6
#: No digit is then larger than this multiple of their size.
_TALLEST = 1.4
#: A stroke above or beside the rest of a digit is at most this share of its height.
_PART = 0.75
#: A component smaller than this share of most digits is no digit.
_CRUMB = 0.33
#: Neighbours in a row share at least this share of the lower one's height.
_SAME_ROW = 0.25


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """A digit of a picture: (784,) float32 in [0, 1] as MNIST would show it, and its box there.

    `box` is left, top, right and bottom in pixels of the picture; the last two lie just outside.
    """

    pixels: Tensor
    box: Box


def find_digits(
    picture: Image.Image, *, invert: bool | None = None, name: str = "The picture"
) -> list[FoundDigit]:
    """Return the digits in a picture, row by row and each row from left to right; at least one.

    Args:
        picture: Grey, as `open_picture` gives it.
        invert: Whether the ink is dark on light paper; None finds out from the picture.
        name: How a sentence calls the picture.

    Raises:
        PictureError: there is nothing that looks like a digit, or more than `MAX_DIGITS`.
    """
    ink = only_writing(find_ink(picture, invert))
    components = joined(find_strokes(ink, name))
    least = _CRUMB * float(np.quantile([component.size for component in components], 0.75))
    components = [component for component in components if component.size >= least]
    if len(components) > MAX_DIGITS:
        raise PictureError(
            f"{name} shows {len(components)} separate marks, at most {MAX_DIGITS} digits are "
            "read at once; crop it."
        )
    order = reading_order([component.box for component in components])
    return [FoundDigit(digit_of(ink, components[index]), components[index].box) for index in order]


def joined(strokes: Sequence[Component]) -> list[Component]:
    """Join strokes to digits: each to the nearest larger one that it is a part of."""
    components = list(strokes)
    tallest = math.inf
    if len(components) >= _MANY:
        tallest = _TALLEST * float(np.quantile([component.size for component in components], 0.75))
    while True:
        digits = _joined_once(components, tallest)
        # Two parts of a digit may only touch by a third.
        if len(digits) == len(components):
            return digits
        components = digits


def _joined_once(components: Sequence[Component], tallest: float) -> list[Component]:
    """Join each component to the nearest larger one that it is a part of, none beyond `tallest`."""
    digits: list[list[Component]] = []
    for component in sorted(components, key=lambda component: -component.size):
        parts = [
            (gap, digit)
            for digit in digits
            for gap in [_gap_within_digit(component, digit, many=tallest < math.inf)]
            if gap is not None and together([component, *digit]).size <= tallest
        ]
        if parts:
            min(parts, key=lambda part: part[0])[1].append(component)
        else:
            digits.append([component])
    return [together(digit) for digit in digits]


def _gap_within_digit(stroke: Component, digit: Sequence[Component], *, many: bool) -> float | None:
    """Return the gap between a stroke and a digit; None if the stroke is no part of the digit.

    `many` says whether there are so many components that most of them are digits.
    """
    whole = together(digit)
    left, top, right, bottom = stroke.box
    x0, y0, x1, y1 = whole.box
    scale = max(max(right, x1) - min(left, x0), max(bottom, y1) - min(top, y0))
    beside = max(left, x0) - min(right, x1)
    above = max(top, y0) - min(bottom, y1)
    if max(beside, above) > _GAP_ABOVE * scale:  # spares measuring
        return None
    gap = min(stroke.distance(part) for part in digit)
    height = y1 - y0
    part = bottom - top <= _PART * height
    # Neighbours on a line stand on it; a part that is beside the rest does not reach down.
    raised = top >= y0 - 0.3 * height and bottom <= y1 - 0.2 * height
    belongs = (
        gap <= _NO_GAP * scale
        or (
            gap <= (_BROKEN if many else _GOES_ON) * scale
            and any(goes_on(stroke, other) for other in digit)
        )
        or (gap <= _BROKEN * scale and _are_halves(stroke.box, whole.box, above, scale))
        or (
            gap <= _BROKEN * scale
            and min(-beside / (right - left), -above / (bottom - top)) >= _INTO
        )
        or (part and gap <= _GAP_ABOVE * scale and -beside >= (right - left) / 2)
        # The hook of a 1 is wider than its stem.
        or (part and gap <= _BROKEN * scale and -beside >= min(right - left, x1 - x0) / 2)
        or (part and gap <= _GAP_BESIDE * scale and raised)
    )
    return gap if belongs else None


def _are_halves(one: Box, other: Box, above: float, scale: float) -> bool:
    """Return whether one of two boxes is above the other, and both are about as wide as high."""
    squat = all(box[2] - box[0] >= _SQUAT * (box[3] - box[1]) for box in (one, other))
    return squat and above >= -_UNDER * scale


def reading_order(boxes: Sequence[Box]) -> list[int]:
    """Return the numbers of boxes row by row from the top, each row from left to right.

    The rows may all run up or down a little, as on a sheet that lies askew.
    """
    middles = [((left + right) / 2, (top + bottom) / 2) for left, top, right, bottom in boxes]
    slopes = [
        (middles[other][1] - middles[one][1]) / (middles[other][0] - middles[one][0])
        for row in _rows(boxes)
        for one, other in pairwise(row)
    ]
    slope = float(np.median(slopes)) if slopes else 0.0
    level: list[Box] = []
    for (left, top, right, bottom), (x, _) in zip(boxes, middles, strict=True):
        level.append((left, round(top - slope * x), right, round(bottom - slope * x)))
    rows = _rows(level)
    rows.sort(key=lambda row: float(np.mean([level[i][1] + level[i][3] for i in row])))
    return [index for row in rows for index in row]


def _rows(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the numbers of boxes in rows, each from left to right.

    Each box is followed by the nearest one further right; the nearest pairs are joined first.
    """
    pairs = sorted(
        (step, one, other)
        for one in range(len(boxes))
        for other in range(len(boxes))
        for step in [_step(boxes[one], boxes[other])]
        if step is not None
    )
    after: dict[int, int] = {}
    for _, one, other in pairs:
        if one not in after and other not in after.values():
            after[one] = other
    rows: list[list[int]] = []
    for first in set(range(len(boxes))) - set(after.values()):
        rows.append([first])
        while rows[-1][-1] in after:
            rows[-1].append(after[rows[-1][-1]])
    return rows


def _step(one: Box, other: Box) -> float | None:
    """Return the distance to another box further right in the same row; None if it is not there."""
    across = (other[0] + other[2] - one[0] - one[2]) / 2
    down = abs(other[1] + other[3] - one[1] - one[3]) / 2
    shared = min(one[3], other[3]) - max(one[1], other[1])
    least = _SAME_ROW * min(one[3] - one[1], other[3] - other[1])
    return across + 2 * down if across > 0 and shared >= least else None
