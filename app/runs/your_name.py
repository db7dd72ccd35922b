"""The name by which a visitor wants to be called, which stands with their runs."""

from __future__ import annotations

import streamlit as st

from app.server.shared import names
from app.server.visitor import is_for_one, visitor
from app.ui.markdown import escape_markdown
from core.runs.names import MAX_NAME
from core.runs.record import RunError

_KEY = "your-name"
_PROBLEM = "problem:your-name"


def draw_your_name() -> None:
    """Draw the field for the name; nothing in a lab for one, where there is nobody else."""
    if is_for_one():
        return
    name = names().get(visitor())

    def keep() -> None:
        try:
            names().set(visitor(), st.session_state[_KEY])
        except RunError as error:
            st.session_state[_PROBLEM] = str(error)

    label = escape_markdown(name) or "Your name"
    with st.popover(label, icon=":material/person:", type="tertiary", key="your-name-popover"):
        st.text_input(
            "Your name (optional)",
            value=name,
            max_chars=MAX_NAME,
            key=_KEY,
            on_change=keep,
            help="Others see it with the runs that you start. Without it they read that a run is "
            "someone else's. Empty the field to remove it.",
        )
    if problem := st.session_state.pop(_PROBLEM, None):
        st.warning(escape_markdown(problem))
