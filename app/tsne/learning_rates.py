"""The learning rates of a t-SNE run that is being computed."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.runs.owners import is_mine
from app.server.visitor import visitor
from core.runs.record import RunError, RunRecord
from core.tsne.learning_rates import request_learning_rate
from core.tsne.recording import tsne_config


def draw_learning_rates(record: RunRecord, rates: Mapping[str, float]) -> None:
    """Draw a field for each optimiser's learning rate; a change takes effect at once.

    Only the owner of the run has the fields.
    """
    if not is_mine(record.request.visitor):
        return
    with st.container(horizontal=True):
        for name, title in tsne_config(record).titles.items():
            key, seen = f"rate:{record.id}:{name}", f"rate:{record.id}:{name}:seen"
            # A field keeps what it holds. A new rate, whoever asked for it, is written into it; in
            # a new field the cursor would be lost.
            if key not in st.session_state or rates[name] != st.session_state.get(seen):
                st.session_state[key] = st.session_state[seen] = rates[name]

            def change(name: str = name, key: str = key) -> None:
                try:
                    request_learning_rate(record.control, name, st.session_state[key], visitor())
                except RunError as error:
                    st.session_state[f"problem:{record.id}"] = str(error)

            st.number_input(
                f"Learning rate of {title}",
                format="%g",
                key=key,
                on_change=change,
                width=240,
                help="A change takes effect at the next iteration and is recorded with the run.",
            )
