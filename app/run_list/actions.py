"""Act on selected runs: open, star, compare and delete them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app.links.address import put
from app.run_list.compare_address import MAX_RUNS, MIN_RUNS, PARAMETER, why_not_compared
from app.run_list.facts import Row
from app.run_list.table import empty_selection, open_run
from app.runs.owners import MINE
from app.server.shared import store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.runs.record import RunError

#: Sentences about what could not be done, in the session.
_PROBLEMS = "runs:problems"
#: The ids of the runs that were deleted last, in the session.
_DELETED = "runs:deleted"
#: A page shows so many sentences.
_MAX_PROBLEMS = 4


def draw_actions(selected: Sequence[Row]) -> None:
    """Draw the buttons for the selected runs; those that make no sense now are off and say why."""
    ids = tuple(row.id for row in selected)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        words = "No run selected" if not ids else f"{len(ids)} selected"
        st.markdown(f":small[{words}]", width=110)
        if st.button(
            "Open", key="runs:open", icon=":material/open_in_new:", disabled=len(ids) != 1
        ):
            open_run(selected[0])
        reason = why_not_compared([row.run.request for row in selected])
        if st.button(
            "Compare",
            key="runs:compare",
            icon=":material/compare:",
            disabled=bool(reason),
            help=escape_markdown(reason)
            or f"Shows {MIN_RUNS} to {MAX_RUNS} runs side by side: curves, settings, digits.",
        ):
            put(PARAMETER, ",".join(ids))
            st.rerun()
        starred = bool(selected) and all(row.starred for row in selected)
        st.button(
            "Remove star" if starred else "Star",
            key="runs:star",
            icon=":material/star:",
            disabled=not ids,
            on_click=told,
            args=(_star, ids, not starred),
            help="Stars are yours alone; Whose: Starred shows these runs.",
        )
        others = any(row.whose != MINE for row in selected)
        st.button(
            "Delete",
            key="runs:delete",
            icon=":material/delete:",
            disabled=not ids or others,
            on_click=told,
            args=(_delete, ids),
            help="Only your own runs can be deleted."
            if others
            else "Deletes the selected runs for everyone. You can bring them back for a day.",
        )


def draw_messages() -> None:
    """Draw what could not be done, and what was deleted last, with a button that undoes it."""
    problems = st.session_state.pop(_PROBLEMS, [])
    for problem in problems[:_MAX_PROBLEMS]:
        st.warning(escape_markdown(problem))
    if len(problems) > _MAX_PROBLEMS:
        st.warning(f"And {len(problems) - _MAX_PROBLEMS} more.")
    ids = tuple(st.session_state.get(_DELETED, ()))
    if not ids:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"{len(ids)} {'run' if len(ids) == 1 else 'runs'} deleted.", width="content")
        st.button(
            "Undo",
            key="runs:undo",
            icon=":material/undo:",
            on_click=told,
            args=(bring_back, ids),
            help="Brings them back as they were.",
        )


def told(act: Callable[..., None], *arguments: object) -> None:
    """Do something, and keep the error, if any, for `draw_messages`; for `on_click`."""
    try:
        act(*arguments)
    except RunError as error:
        tell(str(error))


def tell(problem: str) -> None:
    """Keep a sentence for `draw_messages`."""
    st.session_state[_PROBLEMS] = [*st.session_state.get(_PROBLEMS, []), problem]


def bring_back(ids: Sequence[str]) -> None:
    """Bring deleted runs of this visitor back; a sentence says of each why not."""
    for run_id in ids:
        try:
            store().restore(run_id, visitor())
        except RunError as error:
            tell(str(error))
    st.session_state[_DELETED] = [
        each for each in st.session_state.get(_DELETED, ()) if each not in ids
    ]


def _star(ids: Sequence[str], starred: bool) -> None:
    known = {run.id for run in store().list()}
    store().stars.change(visitor(), ids, starred=starred, known=known)


def _delete(ids: Sequence[str]) -> None:
    deleted: list[str] = []
    for run_id in ids:
        try:
            store().discard(run_id, visitor())
            deleted.append(run_id)
        except RunError as error:
            tell(str(error))
    if deleted:
        st.session_state[_DELETED] = deleted
        empty_selection()
