"""The figures of a reveal: the prediction over what was measured, pictures, bars and lines."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from app.components.digit_tiles import TileRow, digit_tiles
from app.theme import BASELINE_COLOR, LINE_COLORS
from app.ui.charts import draw_chart, lay_out, literal
from app.ui.curve_names import Curve
from app.ui.line_charts import curves_figure
from app.ui.run_styles import LineStyle
from core.lessons.lesson import CurveQuestion, Figure, Question, Sort
from core.lessons.measures import Measured

_MINE = LineStyle(LINE_COLORS[1], "dash")
_TRUE = LineStyle(LINE_COLORS[0])
_BASELINE = LineStyle(BASELINE_COLOR, "dot")


def draw_prediction(question: Question, answer: Any, measured: Measured, key: str) -> None:
    """Draw a prediction, dashed or named, over what was measured."""
    truth = getattr(question, "truth", "")
    if isinstance(question, CurveQuestion) and truth in measured.series:
        _draw_curve(question, answer, measured, key)
    elif isinstance(question, Sort) and truth in measured.series:
        _draw_order(question, answer, measured, key)


def draw_figure(figure: Figure, measured: Measured, key: str) -> None:
    """Draw one figure that a lesson names."""
    st.markdown(f"**{figure.title}**")
    if figure.kind == "pictures":
        _draw_pictures(figure, measured, key)
    elif figure.kind == "lines":
        _draw_lines(figure, measured, key)
    else:
        _draw_bars(figure, measured, key)


def labels_of(figure: Figure, measured: Measured, count: int) -> list[str]:
    """Return what stands below so many bars: the words of the lesson, a series, or numbers."""
    if isinstance(figure.labels, tuple) and figure.labels:
        return [*figure.labels, *[""] * count][:count]
    if isinstance(figure.labels, str) and figure.labels in measured.series:
        return [f"{value:g}" for value in measured.series[figure.labels]][:count]
    return [str(number) for number in range(count)]


def _draw_curve(question: CurveQuestion, answer: Any, measured: Measured, key: str) -> None:
    true = measured.series[question.truth][: len(question.x)]
    places = list(range(len(question.x))) if question.even else list(question.x)
    curves = [Curve(name="measured", x=places[: len(true)], y=true, style=_TRUE)]
    if isinstance(answer, list):
        curves.append(Curve(name="your curve", x=places, y=answer, style=_MINE))
    for level in question.levels:
        value = measured.number(level.value) if isinstance(level.value, str) else level.value
        if value is not None:
            ends = [places[0], places[-1]]
            curves.append(Curve(name=level.words, x=ends, y=[value, value], style=_BASELINE))
    log = st.toggle("Logarithmic axis", key=f"{key}:log")
    figure = curves_figure(
        curves,
        x=question.x_title,
        y=question.y_title,
        hover="%{y:.4f} at %{x}",
        log=log,
        markers=True,
    )
    figure.update_xaxes(tickvals=places, ticktext=[f"{value:g}" for value in question.x])
    draw_chart(figure, key)


def _draw_order(question: Sort, answer: Any, measured: Measured, key: str) -> None:
    values = measured.series[question.truth][: len(question.items)]
    order = np.argsort(values, kind="stable")
    mine = {int(place): rank for rank, place in enumerate(answer or [])}
    figure = go.Figure(
        go.Bar(
            x=[
                literal(question.items[place])
                + (f"<br>{mine[place] + 1}." if place in mine else "")
                for place in order
            ],
            y=values[order],
            marker_color=LINE_COLORS[0],
            hovertemplate="%{x}: %{y:.4f}<extra></extra>",
        )
    )
    below = "; below: your places" if mine else ""
    lay_out(figure, x=f"In the measured order{below}", y="Measured")
    draw_chart(figure.update_xaxes(type="category").update_yaxes(rangemode="tozero"), key)


def _draw_pictures(figure: Figure, measured: Measured, key: str) -> None:
    rows = [
        (words, measured.pictures[name])
        for name, words in zip(figure.names, figure.words, strict=True)
        if len(measured.pictures.get(name, ()))
    ]
    # Rows of one length are one sheet, so that a digit stands below itself.
    for count, sheet in groupby(rows, key=lambda row: len(row[1])):
        digit_tiles(
            [TileRow(title=words, pictures=pictures) for words, pictures in sheet],
            key=f"{key}:{count}",
            description=figure.title,
            per_line=min(10, count),
        )


def _draw_lines(figure: Figure, measured: Measured, key: str) -> None:
    x = measured.series[figure.x]
    curves = [
        Curve(name=words, x=x, y=measured.series[name], style=LineStyle(LINE_COLORS[n]))
        for n, (name, words) in enumerate(zip(figure.names, figure.words, strict=True))
        if len(measured.series.get(name, ())) == len(x)
    ]
    chart = curves_figure(
        curves, x=figure.x_title, y=figure.y_title, hover="%{y:.4f} at %{x:.3g}", log=figure.log
    )
    draw_chart(chart, key)


def _draw_bars(figure: Figure, measured: Measured, key: str) -> None:
    chart = go.Figure()
    for n, (name, words) in enumerate(zip(figure.names, figure.words, strict=True)):
        values = measured.series.get(name, np.empty(0))
        chart.add_bar(
            name=literal(words),
            x=[literal(label) for label in labels_of(figure, measured, len(values))],
            y=values,
            marker_color=BASELINE_COLOR if len(figure.names) > 1 and n == 0 else LINE_COLORS[0],
            hovertemplate="<b>%{fullData.name}</b>, %{x}: %{y:.4f}<extra></extra>",
        )
    lay_out(chart, x=figure.x_title, y=figure.y_title)
    chart.update_layout(barmode="group", showlegend=len(figure.names) > 1, legend_y=1.15)
    draw_chart(chart.update_xaxes(type="category").update_yaxes(rangemode="tozero"), key)
