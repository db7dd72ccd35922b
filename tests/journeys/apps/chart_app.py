"""A page with a live chart whose data are known; the address says what goes wrong, if anything.

`?case=` diverged (NaN and infinity from tick 3 on), lost (nothing but NaN), empty, panels, asked
(panels, an x axis to 100, a baseline), still (no ticks), fallback and missing (Plotly.js where it
ought not to be, or nowhere).
"""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import streamlit as st

from app.components import plotly_js
from app.components.chart import Line, live_chart

case = st.query_params.get("case", "")
# What a Streamlit without its Plotly chunk would look like.
CHUNKS = {"fallback": None, "missing": "static/js/none.js"}
chunk = CHUNKS.get(case, plotly_js.streamlit_chunk())

if st.button("New run"):
    st.session_state.run = st.session_state.get("run", 0) + 1
    st.session_state.tick = 0
shown = st.toggle("Show the chart", value=True)


def lines(tick: int) -> list[Line]:
    """Two lines that grow by one epoch per tick, with steps between the epochs of one."""
    epochs = np.arange(1.0, 20 + tick)
    steps = np.arange(0.1, 20 + tick, 0.1)
    rng = np.random.default_rng(7)
    wobble = np.exp(0.05 * rng.standard_normal(len(steps)))
    train = wobble * (0.012 + 0.09 * np.exp(-steps / 6))
    valid = 0.014 + 0.08 * np.exp(-epochs / 6)
    if case == "diverged" and tick >= 3:
        train[150:170], train[-5:] = np.inf, np.nan
        valid[5:8] = -1.0
    drawn = [
        Line(name="training", x=steps, y=train),
        Line(name="validation", x=epochs, y=valid),
    ]
    if case == "lost":
        return [Line(name="training", x=epochs, y=np.full(len(epochs), np.nan))]
    if case == "asked":
        sentence = "The training error is {y}."
        drawn = [
            Line(name="training", x=steps, y=train, pale=True, sentence=sentence),
            Line(name="validation", x=epochs, y=valid),
            Line(name="exercise", x=[0, 100], y=[0.01, 0.01], dashed=True),
        ]
    if case in ("panels", "asked"):
        nats = 18.4 * (1 - np.exp(-epochs / 9))
        drawn.append(Line(name="KL to prior", x=epochs, y=nats, panel=1, color="#7a4ff0"))
        drawn.append(Line(name="validation", x=epochs, y=1.1 * nats, panel=1, color="#e76300"))
    return drawn


@st.fragment(run_every=None if case == "still" else 0.3)
def follow() -> None:
    """One tick: more data, the same chart."""
    tick = st.session_state.tick = st.session_state.get("tick", 0) + 1
    st.text(f"tick={tick}")
    if not shown:
        return
    titles = ["mean squared error per pixel", "nats per image"]
    with patch.object(plotly_js, "streamlit_chunk", return_value=chunk):
        live_chart(
            [] if case == "empty" else lines(tick),
            key="loss",
            x_title="epoch",
            y_titles=titles if case in ("panels", "asked") else titles[:1],
            revision=f"run {st.session_state.get('run', 0)}",
            description="Loss per epoch.",
            height=460 if case in ("panels", "asked") else 360,
            linear_panels=[1] if case == "asked" else [],
            x_end=100 if case == "asked" else None,
        )


follow()
