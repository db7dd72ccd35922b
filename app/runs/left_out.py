"""Folders of runs that cannot be chosen, with what to do about it."""

from __future__ import annotations

import streamlit as st

from app.server.shared import store
from app.ui.markdown import escape_markdown
from core.runs.left_out import left_out


def draw_left_out() -> None:
    """Say which folders the list of runs leaves out, and why; nothing where there are none."""
    sentences = left_out(store())
    if not sentences:
        return
    count = "1 folder is" if len(sentences) == 1 else f"{len(sentences)} folders are"
    with st.expander(f"{count} not listed", icon=":material/folder_off:", key="left-out"):
        for sentence in sentences:
            st.caption(escape_markdown(sentence))
