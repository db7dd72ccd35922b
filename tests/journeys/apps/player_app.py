"""A page with a replay, or with live maps, whose data are known.

`?case=` nothing (two maps of 300 digits), big (1,000 digits, 701 iterations), four, five, six,
seven (so many maps), diverged (the second map is lost half way), many (5,000 digits), real (300
digits x 150 iterations of t-SNE), live, ends (live for three ticks, then the replay), missing
(Plotly.js is nowhere).
"""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import streamlit as st

from app.components import plotly_js
from app.components.player import Curves, ReplayData, Selection, live, replay
from tests.support.recordings import moving_clusters, real_recording

st.set_page_config(layout="wide")
case = st.query_params.get("case", "")
st.header("Two optimisers, one map")


@st.cache_resource
def recording_of(case: str) -> ReplayData:
    """The recording of a case."""
    match case:
        case "real":
            return real_recording(digits=300, iterations=150)
        case "big":
            return moving_clusters(count=1000, frames=701)
        case "four" | "five" | "six" | "seven":
            panels = {"four": 4, "five": 5, "six": 6, "seven": 7}[case]
            return moving_clusters(count=300, frames=60, panels=panels)
        case "diverged":
            return moving_clusters(count=300, frames=60, lost=True)
        case "many":
            return moving_clusters(count=5000, frames=3)
        case "other":
            return moving_clusters(count=200, frames=31, seed=5)
        case _:
            return moving_clusters(count=300, frames=121, every=2)


def tick(recording: ReplayData, *, every: int) -> bool:
    """Draw one tick of a run; return whether it was the last one."""
    turn = st.session_state.turn = st.session_state.get("turn", 0) + 1
    last = len(recording.iterations) - 1
    frame = min(turn * every, last)
    until = slice(frame + 1)
    live(
        recording.positions[frame],
        recording.labels,
        Curves(
            iterations=recording.iterations[until],
            kl=recording.kl[until],
            agreement=recording.agreement[until],
        ),
        names=recording.names,
        optimizers=recording.optimizers,
        iteration=int(recording.iterations[frame]),
        iterations=int(recording.iterations[last]),
        key="maps",
        description="Two maps that are being computed.",
        revision="one",
        save_as="lab_run",
    )
    st.text(f"tick={turn}")
    return frame == last


def show(recording: ReplayData) -> Selection:
    """Draw the replay."""
    return replay(
        recording,
        key="maps",
        description="Two maps of the same digits.",
        iterations=int(recording.iterations[-1]),
        save_as="lab_run",
    )


def follow_to_the_end() -> None:
    """Draw a run that is computed for three ticks, and then its replay in the same place."""
    ended = st.session_state.get("ended", False)

    @st.fragment(run_every=None if ended else 0.5)
    def follow() -> None:
        if st.session_state.get("over", False) and not ended:
            st.session_state.ended = True
            st.rerun()
        if ended:
            show(recording_of(""))
            st.text("the end")
        else:
            st.session_state.over = tick(recording_of(""), every=40)

    follow()


chunk = "static/js/none.js" if case == "missing" else plotly_js.streamlit_chunk()
with patch.object(plotly_js, "streamlit_chunk", return_value=chunk):
    if case == "live":
        st.fragment(tick, run_every=0.5)(recording_of("big"), every=10)
    elif case == "ends":
        follow_to_the_end()
    else:
        if not st.toggle("Show the maps", value=True):
            st.stop()
        if st.button("Another run"):
            st.session_state.other = not st.session_state.get("other", False)
        chosen = show(recording_of("other" if st.session_state.get("other") else case))
        st.button("Rerun")
        st.session_state.runs = st.session_state.get("runs", 0) + 1
        st.text(f"runs={st.session_state.runs}")
        st.text(f"point={chosen.point} lasso={len(chosen.lasso)} iteration={chosen.iteration}")
        np.testing.assert_array_equal(chosen.lasso, sorted(chosen.lasso))
