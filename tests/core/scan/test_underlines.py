"""Lines under digits are taken away, and the digits' own strokes stay whole."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.scan.components import Mask
from core.scan.underlines import find_underlines

Line = list[tuple[int, int]]
PEN = 14
TWO: Line = [(150, 120), (180, 80), (230, 80), (250, 130), (140, 280), (250, 280)]
BOW = (140, 180, 260, 300)  # the lower bow of a 3 or a 5, its lowest places in row 300


def drawn(*lines: Line) -> Mask:
    image = Image.new("1", (400, 400))
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line(line, fill=1, width=PEN, joint="curve")
        for x, y in (line[0], line[-1]):
            draw.ellipse((x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2), fill=1)
    return np.asarray(image)


def with_bow(mask: Mask) -> Mask:
    image = Image.fromarray(mask)
    ImageDraw.Draw(image).arc(BOW, -100, 150, fill=1, width=PEN)
    return np.asarray(image)


def without_underlines(mask: Mask) -> Mask:
    found = find_underlines(mask)
    assert found is not None
    return mask & ~found


def assert_alike(left: Mask, digit: Mask) -> None:
    """Compare what is left with a digit: a few pixels of its outline may differ."""
    assert np.count_nonzero(left != digit) <= 0.1 * np.count_nonzero(digit)
    rows, left_rows = (np.nonzero(mask.any(axis=1))[0] for mask in (digit, left))
    assert abs(int(rows[-1]) - int(left_rows[-1])) <= 2


@pytest.mark.parametrize("down", [4, 7, 10, 13, 20])
def test_a_foot_that_lies_in_the_line_stays_as_thick_as_the_pen(down: int) -> None:
    line = [(100, 280 + down), (310, 280 + down)]
    assert_alike(without_underlines(drawn(TWO, line)), drawn(TWO))


@pytest.mark.parametrize("down", [0, 2, 5, 9, 13])
def test_the_bottom_of_a_bow_that_lies_in_the_line_stays(down: int) -> None:
    upper: Line = [(230, 60), (160, 60), (150, 190), (200, 187)]
    y = BOW[3] - PEN // 2 + down
    line = [(70, y), (330, y)]
    assert_alike(without_underlines(with_bow(drawn(upper, line))), with_bow(drawn(upper)))


def test_a_stroke_that_stands_on_the_line_ends_in_it() -> None:
    line = [(120, 290), (300, 290)]
    left = without_underlines(drawn([(200, 80), (200, 290)], line))
    assert np.nonzero(left.any(axis=1))[0][-1] == pytest.approx(290, abs=2)
    assert not left[:, :190].any()


def test_two_digits_on_one_line_are_not_joined_along_it() -> None:
    line = [(90, 290), (310, 292)]
    left = without_underlines(drawn([(170, 80), (170, 290)], [(225, 80), (225, 290)], line))
    assert not left[:, 185:210].any()


def test_the_foot_of_a_broken_two_is_no_line() -> None:
    """Its lower half alone looks like a stroke that stands on a line."""
    upper: Line = [(150, 120), (180, 80), (230, 80), (245, 130)]
    assert find_underlines(drawn(upper, [(215, 180), (140, 280), (250, 284)])) is None
