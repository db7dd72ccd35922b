"""The curves of a recorded training, by the names that its program gives them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.components.chart import Line, live_chart
from app.runs.export import save_run_as
from app.theme import model_color
from app.ui.charts import HEIGHT
from core.recorder.reading import EpochRow, terms_of
from core.runs.record import RunRecord

#: CSS pixels of a panel: with more than two the chart grows.
_PANEL = 150


def draw_recorded_curves(record: RunRecord, rows: Sequence[EpochRow], total: int | None) -> None:
    """Draw a panel for each term, with a line each for training and validation."""
    rows = list(rows)
    terms = terms_of(rows)
    color = model_color(record.request.kind)
    x = [row.epoch for row in rows]
    lines: list[Line] = []
    for panel, term in enumerate(terms):
        for name, parts in (
            ("training", [row.train for row in rows]),
            ("validation", [row.validation for row in rows]),
        ):
            if any(term in part for part in parts):
                lines.append(
                    Line(
                        name=name,
                        x=x,
                        y=[part.get(term, math.nan) for part in parts],
                        color=color,
                        pale=name == "training",
                        markers=len(rows) < 20,
                        panel=panel,
                        sentence=f"{term}, {name}: {{y}}",
                    )
                )
    live_chart(
        lines,
        key="recorded-curves",
        x_title="Epoch",
        y_titles=terms or ["loss"],
        revision=record.id,
        # A logarithmic axis has no place for them.
        linear_panels={line.panel for line in lines if min(line.y, default=1) <= 0},
        x_end=total,
        height=max(HEIGHT, _PANEL * len(terms)),
        description=f"{', '.join(terms)} of a recorded training, over its epochs.",
        save_as=save_run_as(record, "curves"),
    )
