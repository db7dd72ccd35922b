"""Folders of runs that cannot be chosen, with what to do about it."""

from __future__ import annotations

import streamlit as st

from app.server.shared import store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.runs.left_out import broken_runs, left_out
from core.runs.record import RunError

_PROBLEM = "problem:left-out"


def draw_left_out() -> None:
    """Say which folders the list of runs leaves out, and why; nothing where there are none.

    Those that break a rule can be deleted by anybody, since they belong to nobody here.
    """
    sentences = left_out(store())
    if problem := st.session_state.pop(_PROBLEM, None):
        st.warning(escape_markdown(problem))
    if not sentences:
        return
    count = "1 folder is" if len(sentences) == 1 else f"{len(sentences)} folders are"
    with st.expander(f"{count} not listed", icon=":material/folder_off:", key="left-out"):
        for sentence in sentences:
            st.caption(escape_markdown(sentence))
        for run_id in broken_runs(store()):
            with st.popover(f"Delete {escape_markdown(run_id)}", icon=":material/delete:"):
                st.write("This deletes its folder with all files in it for everyone.")
                st.button(
                    "Delete for good",
                    key=f"delete-left-out:{run_id}",
                    icon=":material/delete_forever:",
                    on_click=_delete,
                    args=(run_id,),
                    help="There is no undo.",
                )


def _delete(run_id: str) -> None:
    try:
        if run_id in broken_runs(store()):
            store().delete(run_id, visitor())
    except RunError as error:
        st.session_state[_PROBLEM] = str(error)
