"""The button that starts a run once more with another seed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.runs.picker import show_run
from core.runs.record import RunError, RunRecord


def start_again_button(
    record: RunRecord, page: str, group: str, start: Callable[[], RunRecord], *, help: str
) -> None:
    """Draw the button; `start` starts the run that is like `record` but for its seed."""

    def again() -> None:
        try:
            show_run(page, group, start().id)
        except (RunError, ValueError) as error:
            st.session_state[f"problem:{record.id}"] = str(error)

    st.button(
        "Run again with another seed",
        icon=":material/casino:",
        key=f"again:{record.id}",
        on_click=again,
        help=help,
    )
