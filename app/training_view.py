"""A training as it goes: its progress and controls, its curves, and ten digits as it sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from app.components.chart import Line, live_chart
from app.components.digit_tiles import TileRow, digit_tiles
from app.plain import plain
from app.run_controls import draw_controls, draw_progress
from app.run_settings import sentence
from app.theme import LINE_COLORS
from core.record import RunRecord
from models import Term, spec_of


def draw_training(record: RunRecord) -> None:
    """Everything about a training that changes while it runs."""
    state = record.state
    rows = record.history()
    epochs = [row for row in rows if row["event"] == "epoch"]
    terms = spec_of(record.request.settings["model"]).model.terms
    done = epochs[-1]["epoch"] if epochs else 0
    total = record.configs()[2].epochs
    draw_progress(
        record,
        state,
        now=f"Epoch {min(done + 1, total)} of {total}",
        done=f"{done} of {total} epochs",
    )
    st.caption(plain(sentence(record.request.settings["model"], record.request.settings["values"])))
    draw_controls(record, state)
    if epochs:
        _draw_figures(epochs[-1], terms)
    _draw_preview(record)
    _draw_curves(record, rows, epochs, terms)


def _draw_figures(latest: Mapping[str, Any], terms: Mapping[str, Term]) -> None:
    with st.container(horizontal=True, gap="medium"):
        for name, term in terms.items():
            value = latest["validation"].get(name)
            shown = "not a number" if value is None else f"{value:.4g}"
            st.metric(f"Test · {term.label} ({term.unit})", shown, width="content")
        if latest["images_per_second"]:
            speed = f"{latest['images_per_second']:,}"
            st.metric("Digits per second", speed, width="content", help="While training.")


def _draw_preview(record: RunRecord) -> None:
    """Ten fixed test digits above what the model makes of them after the latest epoch."""
    previews = record.previews()
    if len(previews) == 0:
        st.caption("Ten test digits and their reconstructions appear here with the first epoch.")
        return
    # Not st.image: a picture that is replaced is gone when a slow browser comes to fetch it.
    given, rebuilt = previews[-1]
    digit_tiles(
        [
            TileRow(title="Ten test digits as the model gets them", pictures=given),
            TileRow(
                title=f"What it rebuilds from their codes after epoch {len(previews) - 1}",
                pictures=rebuilt,
            ),
        ],
        key="preview",
        description="Ten handwritten test digits, 0 to 9, above their reconstructions.",
    )


def _draw_curves(
    record: RunRecord,
    rows: Sequence[Mapping[str, Any]],
    epochs: Sequence[Mapping[str, Any]],
    terms: Mapping[str, Term],
) -> None:
    steps = [row for row in rows if row["event"] == "step"]
    lines: list[Line] = []
    for panel, name in enumerate(terms):
        lines.append(
            Line(
                name="training, while it goes",
                x=[row["epoch"] for row in steps],
                y=[row["train"].get(name) for row in steps],
                color=LINE_COLORS[0],
                panel=panel,
            )
        )
        lines.append(
            Line(
                name="test digits, after each epoch",
                x=[row["epoch"] for row in epochs],
                y=[row["validation"].get(name) for row in epochs],
                color=LINE_COLORS[1],
                markers=len(epochs) < 60,
                panel=panel,
            )
        )
    live_chart(
        lines,
        key="curves",
        x_title="Epoch",
        y_titles=[f"{term.label} ({term.unit})" for term in terms.values()],
        revision=record.id,
        height=340 + 200 * (len(terms) - 1),
        description="Loss on training and test digits over the epochs of this run.",
    )
