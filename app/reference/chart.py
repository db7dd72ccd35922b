"""The curves of a program beside the bands of the reference."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.components.chart import Line, live_chart
from app.runs.export import save_run_as
from app.theme import BASELINE_COLOR, model_color
from app.ui.charts import HEIGHT
from core.reference.bands import TEST, bands_of
from core.reference.curves import Curve
from core.reference.tasks import ReferenceTask
from core.runs.record import RunRecord

#: CSS pixels of a panel: with more than two the chart grows.
_PANEL = 150


def draw_reference_chart(
    record: RunRecord, task: ReferenceTask, curves: Mapping[str, Curve]
) -> None:
    """Draw a panel for each number: the program's curve over the band of the reference's seeds."""
    bands = bands_of(task)
    lines: list[Line] = []
    titles: list[str] = []
    linear: list[int] = []
    for key, curve in curves.items():
        part = curve.parts[0] if curve.parts else TEST
        band = bands.band(key, part)
        if band is None:
            continue
        term, panel = task.terms[key], len(titles)
        titles.append(f"{term.label} ({term.unit})")
        steps, values = curve.points(part)
        lines.append(
            Line(
                name=bands.words,
                x=band.steps,
                y=band.median,
                low=band.low,
                high=band.high,
                color=BASELINE_COLOR,
                dashed=True,
                panel=panel,
                sentence=f"{term.label}, median of {bands.words} of the lab: {{y}}",
            )
        )
        lines.append(
            Line(
                name="yours",
                x=steps,
                y=values,
                color=model_color(task.model or record.request.kind),
                markers=len(steps) < 20,
                panel=panel,
                sentence=f"{curve.name}, your program: {{y}}",
            )
        )
        if term.linear or (len(values) and values.min() <= 0) or band.low.min() <= 0:
            linear.append(panel)
    if not titles:
        return
    live_chart(
        lines,
        key="is-it-right:curves",
        x_title=task.unit.capitalize(),
        y_titles=titles,
        revision=f"{record.id}:{task.number}:{'/'.join(curves)}",
        linear_panels=linear,
        height=max(HEIGHT, _PANEL * len(titles)),
        description=f"Numbers of your program over the bands of {bands.words} of the lab.",
        save_as=save_run_as(record, "beside the reference"),
    )
    st.caption(
        f"The band reaches from the lowest to the highest of {bands.words} of the lab, which "
        "differ in random numbers alone. A value counts as inside up to one width of the band "
        "beyond it, and at least 5 %."
    )
