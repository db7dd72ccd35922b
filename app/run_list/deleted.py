"""The runs that a visitor has deleted within the last day."""

from __future__ import annotations

import streamlit as st

from app.run_list.actions import bring_back, told
from app.runs.labels import started_at
from app.runs.owners import is_mine
from app.server.shared import store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown

#: More are not shown, the last deleted first.
_MAX_SHOWN = 30


def draw_deleted() -> None:
    """Draw an expander with this visitor's deleted runs, each with buttons; nothing without any."""
    if store().trash.is_empty():
        return
    box = st.expander(
        "Deleted runs", icon=":material/delete_history:", key="runs:trash", on_change="rerun"
    )
    # Only while it is open: to say what they were, the runs are read.
    if not box.open:
        return
    with box:
        mine = [run for run in store().trash.list() if is_mine(run.request.visitor)]
        if not mine:
            st.caption("You have deleted no run within the last day.")
            return
        st.caption(
            "Deleted runs stay for a day and take room meanwhile. They give way first where new "
            "runs need it."
        )
        for run in mine[:_MAX_SHOWN]:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                title = escape_markdown(run.request.title) or "Untitled"
                st.markdown(f"{title} · :small[deleted {started_at(run.deleted_at)}]")
                key = f"runs:trash:{run.folder.name}"
                st.button(
                    "Undo",
                    key=f"{key}:undo",
                    icon=":material/undo:",
                    on_click=told,
                    args=(bring_back, (run.id,)),
                    help=f"Brings {title} back as it was.",
                )
                st.button(
                    "Delete for good",
                    key=f"{key}:remove",
                    icon=":material/delete_forever:",
                    on_click=told,
                    args=(_remove, run.id),
                    help="Frees its room now. There is no undo.",
                )
        if len(mine) > _MAX_SHOWN:
            st.caption(f"and {len(mine) - _MAX_SHOWN} more")


def _remove(run_id: str) -> None:
    store().trash.remove(run_id, visitor())
