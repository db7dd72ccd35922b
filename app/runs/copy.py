"""The way out for who looks at a run of somebody else: to continue it as a copy."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.links.address import put
from app.runs.owners import owner_in_words
from app.runs.start import start_copy
from app.ui.markdown import escape_markdown
from core.runs.copies import Larger
from core.runs.record import RunError, RunRecord, RunState

LABEL = "Continue as a copy"
#: The run that was copied by a press within a fragment, in the session.
_COPIED = "copied"


def draw_copy(record: RunRecord, state: RunState) -> None:
    """Say whose a run is, and draw the button that continues it as a copy.

    A run that is done goes on with a larger setting: its button is `app.runs.controls.draw_more`.
    """
    if st.session_state.pop(_COPIED, None) == record.id:
        st.rerun()  # the whole page, which shows the copy
    belongs = f":material/lock: This run belongs to {owner_in_words(record.request.visitor)};"
    if record.can_go_on:
        st.caption(f"{belongs} continue it as a copy to change it.")
        if state.status != "done":
            copy_button(record, "to its end")
    elif state.is_active:
        st.caption(f"{belongs} as soon as something is saved, you can continue it as a copy.")
    else:
        st.caption(f"{belongs} nothing is saved to continue from, so start a run of your own.")
    draw_run_problem(record)


def copy_button(
    record: RunRecord, how_far: str, larger: Callable[[], Larger | None] = lambda: None
) -> None:
    """Draw the button that continues a run of somebody else as a copy, `how_far` in words.

    `larger` returns the setting with which a run that is done goes on, or raises a ValueError where
    it cannot.
    """

    def copy() -> None:
        try:
            copied = start_copy(record, larger())
        except (RunError, ValueError) as error:
            st.session_state[f"problem:{record.id}"] = str(error)
        else:
            put("run", copied.id)
            st.session_state[_COPIED] = record.id

    st.button(
        LABEL,
        key=f"copy:{record.id}",
        icon=":material/file_copy:",
        on_click=copy,
        help="Makes a run of your own from the last point that was saved, and continues it "
        f"{how_far}. The other run stays as it is.",
    )


def draw_run_problem(record: RunRecord) -> None:
    """Draw why the last press of a button of this run had no effect, once."""
    if problem := st.session_state.pop(f"problem:{record.id}", None):
        st.warning(escape_markdown(problem))
