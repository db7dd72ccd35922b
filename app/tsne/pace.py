"""The pace at which a t-SNE run is watched."""

from __future__ import annotations

import streamlit as st

from app.runs.owners import is_mine
from app.server.visitor import visitor
from core.data.data_sets import DataSet
from core.runs.record import RunError, RunRecord
from core.tsne.pace import PACES, request_pace, requested_pace


def draw_pace(record: RunRecord, data: DataSet) -> None:
    """Draw the choice of how many iterations a second a run does while it is watched.

    It maps pictures of this data set. Only its owner has the choice.
    """
    if not is_mine(record.request.visitor):
        return
    key = f"pace:{record.id}"
    if key not in st.session_state:
        st.session_state[key] = requested_pace(record.control)

    def change() -> None:
        try:
            request_pace(record.control, st.session_state[key], visitor())
        except RunError as error:
            st.session_state[f"problem:{record.id}"] = str(error)

    st.select_slider(
        "Watch at",
        PACES,
        format_func=lambda pace: f"{pace:,} iterations a second" if pace else "full speed",
        key=key,
        on_change=change,
        width=320,
        help="The run waits between its iterations so that you can follow it. The maps are the "
        f"same at any pace. Many {data.nouns} take longer than this anyway.",
    )
