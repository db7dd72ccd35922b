"""What others guessed, of each kind of question."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.course import guesses
from core.lessons.lesson import Question
from tests.core.lessons.test_scoring import CHOICE, CURVE, NUMBER, SORT, measured


def drawn(
    question: Question, others: list[Any], answer: Any, monkeypatch: pytest.MonkeyPatch
) -> Any:
    figures: list[Any] = []
    monkeypatch.setattr(guesses, "draw_chart", lambda figure, key: figures.append(figure))
    guesses.draw_guesses(question, answer, measured(), others, "key")
    return figures[0] if figures else None


@pytest.mark.parametrize("question", [CHOICE, NUMBER, CURVE, SORT])
def test_two_others_are_not_shown(question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(question, [None, None], None, monkeypatch) is None


def test_choices_are_counted_with_those_who_do_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = drawn(CHOICE, [[0], [0], [2], None, [9], "x"], [2], monkeypatch)
    assert figure is not None
    (bars,) = figure.data
    assert list(bars.x) == [2, 0, 1, 3]
    assert list(bars.y) == ["low ✓", "high", "never (you)", "I do not know"]


def test_numbers_are_counted_where_they_lie(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = drawn(NUMBER, [0.05, 0.05, 0.95, None, 7.0], 0.5, monkeypatch)
    assert figure is not None
    (bars,) = figure.data
    counts = np.asarray(bars.y)
    assert (counts.sum(), counts[0], counts[-1]) == (3, 2, 1)
    assert drawn(NUMBER, [0.1, 0.2, None], None, monkeypatch) is None


def test_curves_and_orders_are_counted_by_their_points(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = drawn(CURVE, [[0.1, 0.2, 0.4], [0.1, 0.2, 1.0], None], [0.0, 0.0, 0.0], monkeypatch)
    assert figure is not None
    assert list(figure.data[0].y) == [1, 0, 1, 1]
    figure = drawn(SORT, [[0, 1, 2], [2, 1, 0], [0, 1, 2]], None, monkeypatch)
    assert figure is not None
    assert list(figure.data[0].y) == [1, 0, 0, 2]
