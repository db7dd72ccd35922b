"""Digits in photos of paper, kind by kind: rules, shadows, tables, frames, gaps and colours."""

from __future__ import annotations

import numpy as np
import pytest

from bench.paper import KINDS, is_right
from core.find_digits import find_digits
from core.pictures import PictureError, open_picture

pytestmark = pytest.mark.usefixtures("one_thread")

#: How many of the first four pictures of each kind must be read rightly.
LEAST = {
    "plain paper": 4,
    "ruled paper": 4,
    "squared paper": 4,
    "pencil on pale rules": 4,
    "margin rule": 3,
    "underline": 2,
    "shadow with an edge": 4,
    "sheet on a dark table": 4,
    "printed box": 4,
    "circle": 4,
    "edge of a sheet": 4,
    "broken stroke": 4,
    "equal luminance": 3,
}


@pytest.mark.parametrize("kind", LEAST)
def test_the_digits_that_were_written_are_found(kind: str) -> None:
    right = 0
    for seed in range(4):
        photo = KINDS[kind](np.random.default_rng([seed, 7]))
        try:
            found = find_digits(open_picture(photo.data))
        except PictureError:
            continue
        right += is_right(photo, [digit.pixels for digit in found])
    assert right >= LEAST[kind]
