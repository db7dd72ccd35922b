"""Answers in words."""

from __future__ import annotations

from typing import Any

from core.lessons.lesson import Choice, CurveQuestion, Number, Question, Sort
from core.lessons.numbers import significant
from core.lessons.scoring import checked_answer

UNKNOWN = "I do not know"


def words_of(question: Question, answer: Any) -> str:
    """Return an answer in words; what is no answer to this question is not known."""
    try:
        checked = checked_answer(question, answer)
    except ValueError:
        checked = None
    if isinstance(checked, float):
        unit = f" {question.unit}" if isinstance(question, Number) and question.unit else ""
        return f"{significant(checked)}{unit}"
    if not isinstance(checked, list):
        return UNKNOWN
    if isinstance(question, Choice):
        return "; ".join(question.options[int(place)].text for place in checked)
    if isinstance(question, Sort):
        return ", ".join(question.items[int(place)] for place in checked)
    if isinstance(question, CurveQuestion):
        return ", ".join(significant(float(value)) for value in checked)
    return UNKNOWN
