"""The drawing square: what it takes from a browser, and how strokes become a picture."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from app.components.canvas import MAX_NUMBERS, message, render

GOOD = {"drawn": {"number": 1, "strokes": [[75, 100, 100, 900, 900]]}}


def test_a_message_is_a_number_and_strokes() -> None:
    assert message(GOOD) == (1, ((75, 100, 100, 900, 900),))
    assert message({"drawn": {"number": 2, "strokes": []}}) == (2, ())


@pytest.mark.parametrize(
    "strokes",
    [
        None,
        "drawn",
        [75, 100, 100],
        [[75]],
        [[75, 100]],
        [[75, 100, 100, 200]],
        [[75, 100.5, 100]],
        [[75, True, 100]],
        [[75, "1", "2"]],
        [[0, 100, 100]],
        [[100_000, 100, 100]],
        [[75, 5000, 100]],
        [[75, 10**400, 100]],
        [[75] + [1, 1] * MAX_NUMBERS],
        [[75, 1, 1]] * MAX_NUMBERS,
    ],
)
def test_anything_else_is_no_message(strokes: object) -> None:
    assert message({"drawn": {"number": 1, "strokes": strokes}}) is None


@pytest.mark.parametrize("state", [None, [], {}, {"drawn": 3}, {"drawn": {"number": 0}}])
def test_a_state_without_strokes_is_no_message(state: object) -> None:
    assert message(state) is None


@pytest.mark.parametrize("number", [0, -1, True, 1.0, "1", 2**60, None])
def test_the_number_of_a_message_counts_from_one(number: object) -> None:
    assert message({"drawn": {"number": number, "strokes": []}}) is None


def test_a_dot_is_a_disc_as_wide_as_the_pen() -> None:
    picture = np.asarray(render([(200, 500, 500)])) / 255
    ys, xs = np.nonzero(picture > 0.5)
    assert picture.shape == (280, 280)
    assert picture.sum() == pytest.approx(np.pi * 28**2, rel=0.03)  # a radius of 100 units
    assert (xs.mean(), ys.mean()) == pytest.approx((139.5, 139.5), abs=1)


def test_a_line_has_its_width_and_round_ends() -> None:
    picture = np.asarray(render([(100, 200, 500, 800, 500)])) / 255
    expected = 168 * 28 + np.pi * 14**2  # its length times its width, and two half discs
    assert picture.sum() == pytest.approx(expected, rel=0.03)
    assert picture[140, 30] == 0
    assert picture[140, 50] == 1


def test_a_corner_is_round_and_whole() -> None:
    picture = np.asarray(render([(150, 200, 200, 800, 200, 800, 800)]))
    assert picture[56, 224] == 255


def test_what_lies_beyond_the_edge_is_cut_off() -> None:
    picture = np.asarray(render([(80, -100, 500, 1100, 500)]))
    assert picture[140].min() == 255
    assert np.asarray(render([(80, -100, -100)])).max() == 0


def square() -> None:
    import streamlit as st

    from app.components.canvas import canvas

    st.text(repr(canvas(key="drawing", description="A square.")))


def test_the_drawing_stays_until_another_comes() -> None:
    at = AppTest.from_function(square).run()
    assert at.text[0].value == "()"
    at.session_state["drawing:browser"] = GOOD
    at.run()
    assert at.text[0].value == "((75, 100, 100, 900, 900),)"
    del at.session_state["drawing:browser"]  # as on another page
    at.run()
    assert at.text[0].value == "((75, 100, 100, 900, 900),)"
    at.session_state["drawing:browser"] = {"drawn": {"number": 2, "strokes": [[75, 1, 1]]}}
    at.run()
    assert at.text[0].value == "((75, 1, 1),)"
