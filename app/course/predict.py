"""The questions of a step, and the answers that a visitor gives before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.components.ranking import ranking
from app.components.sketch import sketch
from core.data.digits import DigitsError
from core.lessons.lesson import Choice, CurveQuestion, Number, Question, Sort, Step
from core.lessons.measures import MEASURES
from core.lessons.parse_questions import FREE_NUMBERS
from core.lessons.scoring import Answer, checked_answer
from core.lessons.words import UNKNOWN


def draw_questions(step: Step, key: str, kept: Mapping[int, Any]) -> list[Answer] | None:
    """Draw the questions of a step, as they were answered before; return the answers to all.

    None while one is missing; a sentence says which.
    """
    found: list[Answer] = []
    missing: list[int] = []
    for number, question in enumerate(step.questions):
        if len(step.questions) > 1:
            st.markdown(f"**Question {number + 1} of {len(step.questions)}**")
        given, answer = _draw(question, f"{key}:{number}", kept.get(number), number in kept)
        if not given:
            missing.append(number + 1)
            continue
        try:
            found.append(checked_answer(question, answer))
        except ValueError as error:
            st.error(str(error))
            missing.append(number + 1)
    return None if missing else found


def free_number(name: str) -> float:
    """Return a number that needs no run, by its name.

    Raises:
        DigitsError: the digits cannot be had.
    """
    for measure in MEASURES.values():
        if name in FREE_NUMBERS and name in measure.numbers:
            return measure([]).numbers[name]
    return 0.0


def _draw(question: Question, key: str, kept: Any, was_kept: bool) -> tuple[bool, Any]:
    """Draw one question; return whether it is answered, and the answer."""
    if isinstance(question, Choice):
        return _draw_choice(question, key, kept, was_kept)
    if isinstance(question, Number):
        return _draw_number(question, key, kept, was_kept)
    st.markdown(question.text)
    if st.checkbox(UNKNOWN, value=was_kept and kept is None, key=f"{key}:unknown"):
        return True, None
    if isinstance(question, Sort):
        order = ranking(
            question.items,
            key=f"{key}:order",
            description=question.text,
            first=question.first,
            last=question.last,
            order=kept,
        )
        return True, order
    points = _draw_sketch(question, key, kept)
    if any(each is None for each in points):
        left = sum(each is None for each in points)
        st.caption(f"{left} of {len(points)} points are still to draw.")
        return False, None
    return True, points


def _draw_choice(question: Choice, key: str, kept: Any, was_kept: bool) -> tuple[bool, Any]:
    options = [option.text for option in question.options]
    before = kept if isinstance(kept, list) else []
    if not question.many:
        names = [*options, UNKNOWN]
        start = before[0] if before else len(options) if was_kept else None
        chosen = st.radio(question.text, range(len(names)), index=start, key=key,
                          format_func=names.__getitem__)  # fmt: skip
        if chosen is None:
            return False, None
        return True, None if chosen == len(options) else [int(chosen)]
    st.markdown(question.text)
    ticked = [
        place
        for place, text in enumerate(options)
        if st.checkbox(text, value=place in before, key=f"{key}:{place}")
    ]
    unknown = st.checkbox(UNKNOWN, value=was_kept and kept is None, key=f"{key}:unknown")
    return bool(ticked) or unknown, None if unknown else ticked


def _draw_number(question: Number, key: str, kept: Any, was_kept: bool) -> tuple[bool, Any]:
    label = f"{question.text} ({question.unit})" if question.unit else question.text
    whole = float(question.step).is_integer() and float(question.low).is_integer()
    kind = int if whole else float
    decimals = 0 if whole else max(0, len(f"{question.step:.10f}".rstrip("0").partition(".")[2]))
    value = st.number_input(
        label,
        kind(question.low),
        kind(question.high),
        kind(kept) if isinstance(kept, int | float) else None,
        kind(question.step),
        format=f"%.{decimals}f" if not whole else "%d",
        key=key,
        placeholder=f"{question.low:g} to {question.high:g}",
    )
    unknown = st.checkbox(UNKNOWN, value=was_kept and kept is None, key=f"{key}:unknown")
    return unknown or value is not None, None if unknown else value


def _draw_sketch(question: CurveQuestion, key: str, kept: Any) -> list[float | None]:
    def height(value: float | str) -> float:
        return free_number(value) if isinstance(value, str) else value

    try:
        levels = [(level.words, height(level.value)) for level in question.levels]
        start = (question.start[0], height(question.start[1])) if question.start else None
    except DigitsError as error:
        st.error(str(error))
        levels, start = [], None
    return sketch(
        question.x,
        key=f"{key}:points",
        description=question.y_title,
        x_title=question.x_title,
        high=question.high,
        even=question.even,
        start=start,
        levels=levels,
        points=kept,
    )
