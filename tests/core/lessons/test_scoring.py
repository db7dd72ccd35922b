"""Scores of predictions, by hand, by SciPy, and with whatever a browser may send."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from core.lessons.lesson import (
    Choice,
    Condition,
    CurveQuestion,
    Number,
    Option,
    Question,
    Sort,
)
from core.lessons.measures import Measured
from core.lessons.scoring import checked_answer, ordered_pairs, right_options, score

CHOICE = Choice(
    text="?",
    options=(
        Option(text="low", right_if=(Condition(value="error", relation="below", bound=0.5),)),
        Option(text="high", right_if=(Condition(value="error", relation="from", bound="line"),)),
        Option(text="never"),
    ),
)
TICKS = Choice(text="?", options=CHOICE.options, many=True)
NUMBER = Number(
    text="?", truth="error", unit="", low=0, high=1, step=0.01, factor=1.25, distance=0.0
)
NEAR = Number(text="?", truth="error", unit="", low=0, high=60, step=1, distance=3.0)
CURVE = CurveQuestion(
    text="?",
    truth="errors",
    x=(1.0, 2.0, 3.0),
    x_title="x",
    y_title="y",
    high=1.0,
    factor=1.5,
    right_from=2,
)
SORT = Sort(text="?", truth="errors", items=("a", "b", "c"), right_from=3)


def measured(error: float = 0.4, errors: tuple[float, ...] = (0.1, 0.2, 0.4)) -> Measured:
    return Measured(numbers={"error": error, "line": 0.5}, series={"errors": np.asarray(errors)})


@pytest.mark.parametrize(("error", "right"), [(0.4, [0]), (0.5, [1]), (0.6, [1])])
def test_the_run_decides_which_option_is_right(error: float, right: list[int]) -> None:
    assert right_options(CHOICE, measured(error)) == right
    for place in range(3):
        assert score(CHOICE, [place], measured(error)).right == ([place] == right)


def test_several_ticks_are_right_only_together() -> None:
    found = Measured(numbers={"error": 0.45, "line": 0.4})
    assert score(TICKS, [0, 1], found).right
    assert not score(TICKS, [0], found).right
    assert not score(TICKS, [0, 1, 2], found).right


@pytest.mark.parametrize(
    ("guess", "right"), [(0.32, True), (0.5, True), (0.31, False), (0.51, False), (None, False)]
)
def test_a_number_is_right_within_a_factor(guess: float | None, right: bool) -> None:
    assert score(NUMBER, guess, measured(0.4)).right == right


@pytest.mark.parametrize(("guess", "right"), [(6.0, True), (12.0, True), (5.9, False)])
def test_a_number_is_right_within_a_distance(guess: float, right: bool) -> None:
    assert score(NEAR, guess, measured(9.0)).right == right


@pytest.mark.parametrize(
    ("guesses", "points"),
    [
        ([0.1, 0.2, 0.4], 3),
        ([0.15, 0.134, 0.6], 3),
        ([0.151, 0.133, 0.4], 1),
        ([0.0, 0.0, 0.0], 0),
    ],
)
def test_points_of_a_curve(guesses: list[float], points: int) -> None:
    found = score(CURVE, guesses, measured())
    assert (found.points, found.of) == (points, 3)
    assert found.right == (points >= 2)


def test_pairs_are_those_of_kendall() -> None:
    """Without ties, pairs in order = (tau + 1) / 2 of all pairs."""
    values = [0.1, 0.5, 0.2, 0.9, 0.4]
    for order in itertools.permutations(range(5)):
        found: Any = kendalltau(range(5), [values[place] for place in order])
        assert ordered_pairs(order, values, 0.0) == pytest.approx((found.statistic + 1) / 2 * 10)


def test_what_the_run_leaves_close_counts_either_way() -> None:
    assert ordered_pairs([1, 0, 2], [0.95, 1.0, 2.0], 0.05) == 3
    assert ordered_pairs([1, 0, 2], [0.94, 1.0, 2.0], 0.05) == 2
    assert score(SORT, [0, 1, 2], measured()).right
    assert not score(SORT, [0, 2, 1], measured()).right


def test_not_knowing_is_no_mistake_and_scores_nothing() -> None:
    for question in (CHOICE, TICKS, NUMBER, CURVE, SORT):
        assert checked_answer(question, None) is None
        found = score(question, None, measured())
        assert not found.right
        assert found.points == 0


def test_what_is_not_measured_is_never_right() -> None:
    nothing = Measured()
    assert not score(CHOICE, [0], nothing).right
    assert not score(NUMBER, 0.4, nothing).right
    assert not score(CURVE, [0.1, 0.2, 0.4], nothing).right
    assert not score(SORT, [0, 1, 2], nothing).right


@pytest.mark.parametrize(
    ("question", "value"),
    [
        (CHOICE, [3]),
        (CHOICE, [0, 1]),
        (CHOICE, []),
        (CHOICE, "0"),
        (CHOICE, [True]),
        (TICKS, [0, 0]),
        (NUMBER, 1.01),
        (NUMBER, -0.01),
        (NUMBER, float("nan")),
        (NUMBER, float("inf")),
        (NUMBER, 10**400),
        (NUMBER, True),
        (NUMBER, "0.5"),
        (CURVE, [0.1, 0.2]),
        (CURVE, [0.1, 0.2, 1.1]),
        (CURVE, [0.1, 0.2, None]),
        (SORT, [0, 1]),
        (SORT, [0, 1, 1]),
        (SORT, [0, 1, 3]),
        (SORT, [0, 1, 2, 2]),
    ],
)
def test_what_is_no_answer_is_refused_with_a_sentence(question: Question, value: Any) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        checked_answer(question, value)


@given(
    question=st.sampled_from([CHOICE, TICKS, NUMBER, CURVE, SORT]),
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=6,
    ),
)
def test_any_value_is_an_answer_or_a_sentence(question: Question, value: Any) -> None:
    try:
        answer = checked_answer(question, value)
    except ValueError:
        return
    assert 0 <= score(question, answer, measured()).points <= score(question, None, measured()).of
