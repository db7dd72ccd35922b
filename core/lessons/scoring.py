"""Score predictions against what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from core.lessons.conditions import first_broken
from core.lessons.lesson import Choice, CurveQuestion, Number, Question, Sort
from core.lessons.measures import Measured

#: What a visitor answers: the places of options, a number, the heights of points, or the places of
#: items in their order. None is "I do not know".
Answer = list[int] | float | list[float] | None


@dataclass(frozen=True, kw_only=True)
class Score:
    """How well a prediction fits: `points` of `of`, and whether that counts as right."""

    right: bool
    points: int
    of: int


def checked_answer(question: Question, value: Any) -> Answer:
    """Return an answer to a question as it is kept.

    It comes from a browser or a file, which can hold anything.

    Raises:
        ValueError: it is no answer to this question; a sentence says why.
    """
    if value is None:
        return None
    if isinstance(question, Choice):
        places = _whole_numbers(value, len(question.options))
        if not places or len(set(places)) < len(places) or (len(places) > 1 and not question.many):
            raise ValueError("Choose one of the options.")
        return sorted(places)
    if isinstance(question, Sort):
        places = _whole_numbers(value, len(question.items))
        if sorted(places) != list(range(len(question.items))):
            raise ValueError("An order has each item once; sort them again.")
        return places
    if isinstance(question, Number):
        return _number(value, question.low, question.high)
    if not isinstance(value, list) or len(value) != len(question.x):
        raise ValueError(f"A curve has {len(question.x)} points; draw it again.")
    return [_number(each, 0.0, question.high) for each in value]


def _whole_numbers(value: Any, below: int) -> list[int]:
    if not isinstance(value, list) or len(value) > below:
        return []
    if any(type(each) is not int or not 0 <= each < below for each in value):
        return []
    return list(value)


def _number(value: Any, low: float, high: float) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        shown = str(value)[:40] if number else "this"
        raise ValueError(f"{shown} is not from {low:g} to {high:g}; predict a number between them.")
    return float(value)


def score(question: Question, answer: Answer, measured: Measured) -> Score:
    """Return how well an answer, which has been checked, fits what was measured."""
    if isinstance(question, Choice):
        right = right_options(question, measured)
        fits = isinstance(answer, list) and answer == right
        return Score(right=fits, points=int(fits), of=1)
    if isinstance(question, Number):
        truth = measured.number(question.truth)
        fits = isinstance(answer, float) and truth is not None and _fits(question, answer, truth)
        return Score(right=fits, points=int(fits), of=1)
    truth = measured.series.get(question.truth)
    of = len(question.x) if isinstance(question, CurveQuestion) else _pairs(len(question.items))
    if truth is None or not isinstance(answer, list):
        return Score(right=False, points=0, of=of)
    if isinstance(question, CurveQuestion):
        points = sum(
            _within(guess, float(true), question.factor)
            for guess, true in zip(answer, truth, strict=False)
        )
    else:
        points = ordered_pairs([int(place) for place in answer], truth.tolist(), question.tie)
    return Score(right=points >= question.right_from, points=points, of=of)


def right_options(question: Choice, measured: Measured) -> list[int]:
    """Return the places of the options that are right by what was measured."""
    return [
        place
        for place, option in enumerate(question.options)
        if option.right_if and first_broken(option.right_if, measured) is None
    ]


def _fits(question: Number, guess: float, truth: float) -> bool:
    if question.distance:
        return abs(guess - truth) <= question.distance + 1e-12
    return _within(guess, truth, question.factor)


def _within(guess: float, truth: float, factor: float) -> bool:
    """Return whether a guess is at least the truth divided by a factor, and at most times it."""
    low, high = sorted((truth / factor, truth * factor))
    return low - 1e-12 <= guess <= high + 1e-12


def ordered_pairs(order: Sequence[int], values: Sequence[float], tie: float) -> int:
    """Return how many pairs of an order have the smaller value first.

    A pair whose values differ by at most the share `tie` of the larger one counts either way.
    """
    return sum(
        values[first] <= values[second] or _tied(values[first], values[second], tie)
        for first, second in combinations(order, 2)
    )


def _tied(first: float, second: float, share: float) -> bool:
    return abs(first - second) <= share * max(abs(first), abs(second)) + 1e-12


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def answers_of(questions: Sequence[Question], kept: Mapping[int, Any]) -> list[Answer]:
    """Return a checked answer for each question; what was kept of another question is none."""
    found: list[Answer] = []
    for number, question in enumerate(questions):
        try:
            found.append(checked_answer(question, kept.get(number)))
        except ValueError:
            found.append(None)
    return found
