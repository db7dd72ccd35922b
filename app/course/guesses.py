"""What others in this lab have predicted, as a histogram without names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.theme import LINE_COLORS
from app.ui.charts import draw_chart, lay_out, literal
from core.lessons.lesson import Choice, Number, Question
from core.lessons.measures import Measured
from core.lessons.scoring import answers_of, right_options, score
from core.lessons.words import UNKNOWN

#: What others guessed is shown from so many others on, so that nobody is known by it.
LEAST_OTHERS = 3
_BINS = 12
_MARK = LINE_COLORS[1]


def draw_guesses(
    question: Question, answer: Any, measured: Measured, others: Sequence[Any], key: str
) -> None:
    """Draw what others have answered to a question; nothing where they are fewer than three.

    Of a curve and of an order it is how many points each of them has.
    """
    answers = [answers_of([question], {0: each})[0] for each in others]
    if len(answers) < LEAST_OTHERS:
        return
    if isinstance(question, Choice):
        figure = _of_choices(question, answer, measured, answers)
    elif isinstance(question, Number):
        figure = _of_numbers(question, answer, measured, answers)
    else:
        figure = _of_scores(question, answer, measured, answers)
    if figure is not None:
        draw_chart(figure, key)


def _of_choices(
    question: Choice, answer: Any, measured: Measured, answers: Sequence[Any]
) -> go.Figure:
    names = [*(option.text for option in question.options), UNKNOWN]
    unknown = [len(names) - 1]
    counts = Counter(place for each in answers for place in (each or unknown))
    right = set(right_options(question, measured))
    mine = set(answer or unknown)
    words = [
        literal(name) + " ✓" * (place in right) + " (you)" * (place in mine)
        for place, name in enumerate(names)
    ]
    figure = go.Figure(
        go.Bar(
            x=[counts[place] for place in range(len(names))],
            y=words,
            orientation="h",
            marker_color=LINE_COLORS[0],
            hovertemplate="%{x} others<extra></extra>",
        )
    )
    lay_out(figure, x=f"Answers of {len(answers)} others", y="", height=80 + 34 * len(names))
    figure.update_xaxes(**_whole(max(counts.values(), default=0)))
    return figure.update_yaxes(autorange="reversed", showgrid=False)


def _of_numbers(
    question: Number, answer: Any, measured: Measured, answers: Sequence[Any]
) -> go.Figure | None:
    numbers = [each for each in answers if isinstance(each, float)]
    if len(numbers) < LEAST_OTHERS:
        return None
    counts, edges = np.histogram(numbers, _BINS, (question.low, question.high))
    x = (edges[:-1] + edges[1:]) / 2
    hover = "%{y} others near %{x:.3g}<extra></extra>"
    figure = _bars(x, counts, hover, question.unit or "Answer", len(numbers))
    marks = ((measured.number(question.truth), "measured", "solid"), (answer, "you", "dash"))
    for value, words, dash in marks:
        if isinstance(value, float):
            figure.add_vline(
                value, line_dash=dash, line_color=LINE_COLORS[1], annotation_text=words
            )
    return figure


def _of_scores(
    question: Question, answer: Any, measured: Measured, answers: Sequence[Any]
) -> go.Figure:
    mine = score(question, answer, measured)
    points = [score(question, each, measured).points for each in answers]
    counts = np.bincount(points, minlength=mine.of + 1)
    hover = "%{y} others with %{x} points<extra></extra>"
    title = f"Points, of {mine.of}"
    figure = _bars(np.arange(len(counts)), counts, hover, title, len(answers))
    return figure.add_vline(mine.points, line_dash="dash", line_color=_MARK, annotation_text="you")


def _bars(x: Any, counts: Any, hover: str, title: str, others: int) -> go.Figure:
    figure = go.Figure(go.Bar(x=x, y=counts, marker_color=LINE_COLORS[0], hovertemplate=hover))
    lay_out(figure, x=title, y=f"Answers of {others} others")
    return figure.update_yaxes(rangemode="tozero", **_whole(int(max(counts))))


def _whole(most: int) -> dict[str, Any]:
    """Return ticks at whole numbers: there is no half of a visitor."""
    return {"dtick": 1} if most < 10 else {}
