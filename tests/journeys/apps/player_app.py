"""A page with a replay, or with live maps, whose data are known.

`?case=` nothing (two maps of 300 digits), big (1,000 digits, 701 iterations), four (four maps),
diverged (the second map is lost half way), real (300 digits x 150 iterations of t-SNE), end (no
autoplay), live, missing (Plotly.js is nowhere).
"""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import streamlit as st

from app.components import plotly_js
from app.components.player import Recording, live, replay
from tests.recordings import moving_clusters, real_recording

st.set_page_config(layout="wide")
case = st.query_params.get("case", "")
st.header("Two optimisers, one map")


@st.cache_resource
def recording_of(case: str) -> Recording:
    """The recording of a case."""
    match case:
        case "real":
            return real_recording(digits=300, iterations=150)
        case "big":
            return moving_clusters(count=1000, frames=701)
        case "four":
            return moving_clusters(count=300, frames=60, panels=4)
        case "diverged":
            return moving_clusters(count=300, frames=60, lost=True)
        case "other":
            return moving_clusters(count=200, frames=31, seed=5)
        case _:
            return moving_clusters(count=300, frames=121, every=2)


@st.fragment(run_every=0.5)
def follow() -> None:
    """One tick of a run that never ends."""
    recording = recording_of("big")
    turn = st.session_state.turn = st.session_state.get("turn", 0) + 1
    frame = min(turn * 10, 700)
    live(
        recording.positions[frame],
        recording.labels,
        recording.kl[frame],
        names=recording.names,
        iteration=frame,
        iterations=700,
        key="maps",
        description="Two maps that are being computed.",
        revision="one",
    )
    st.text(f"tick={turn}")


chunk = "static/js/none.js" if case == "missing" else plotly_js.streamlit_chunk()
with patch.object(plotly_js, "streamlit_chunk", return_value=chunk):
    if case == "live":
        follow()
    else:
        if not st.toggle("Show the maps", value=True):
            st.stop()
        if st.button("Another run"):
            st.session_state.other = not st.session_state.get("other", False)
        chosen = replay(
            recording_of("other" if st.session_state.get("other") else case),
            key="maps",
            description="Two maps of the same digits.",
            autoplay=case != "end",
        )
        st.button("Rerun")
        st.session_state.runs = st.session_state.get("runs", 0) + 1
        st.text(f"runs={st.session_state.runs}")
        st.text(f"point={chosen.point} lasso={len(chosen.lasso)} iteration={chosen.iteration}")
        np.testing.assert_array_equal(chosen.lasso, sorted(chosen.lasso))
