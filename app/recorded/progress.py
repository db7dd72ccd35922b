"""Draw how far a program has come whose run is recorded."""

from __future__ import annotations

import streamlit as st

from app.runs.controls import draw_controls, draw_progress
from core.runs.record import RunRecord


def draw_recorded_progress(record: RunRecord, *, unit: str, done: int, total: int | None) -> None:
    """Draw how far a run is, in units such as "epochs", and the buttons that make sense."""
    state = record.state
    now = f"{unit.capitalize()} {done:,}" + ("" if total is None else f" of {total:,}")
    if state.status == "running" and total is None:
        # Nobody knows how far it is: a bar would stand still.
        st.markdown(f":material/play_arrow: {now}, recorded live from a program of your own")
    else:
        ending = "" if total is None else f" of {total:,}"
        draw_progress(record, state, now=now, done=f"{done:,}{ending} {unit}s")
    draw_controls(record, state)
