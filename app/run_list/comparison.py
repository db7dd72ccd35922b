"""Draw what stands around the compared runs: their names, what is wrong, and the way back."""

from __future__ import annotations

import streamlit as st

from app.links.address import put
from app.navigation import page_of
from app.run_list.compare_address import PARAMETER, Compared
from app.runs.line_names import line_names
from app.ui.markdown import escape_markdown


def draw_problems(compared: Compared) -> None:
    """Say what is wrong with the runs that the address names."""
    for problem in compared.problems:
        st.warning(escape_markdown(problem), icon=":material/search_off:")


def draw_head(compared: Compared) -> None:
    """Draw a link to each compared run, and the button that goes back to all runs."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "All runs", key="runs:back", icon=":material/arrow_back:", on_click=leave_comparison
        )
        titles = line_names([record.request.title or "Untitled" for record in compared.records])
        for record, title in zip(compared.records, titles, strict=True):
            page = page_of(record.request)
            label = escape_markdown(title)
            if page is None:
                st.markdown(label, width="content")
            else:
                query = {"run": record.id}
                st.page_link(
                    page.path, label=label, icon=page.icon, query_params=query, width="content"
                )


def leave_comparison() -> None:
    """Go back to the table of all runs; for a button's `on_click`."""
    put(PARAMETER, None)
