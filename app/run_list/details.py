"""One selected run: its facts in words, its name and its note."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.run_list.actions import tell, told
from app.run_list.facts import Row, number
from app.runs.controls import duration
from app.runs.labels import started_at
from app.runs.owners import MINE
from app.server.shared import store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown, safe_markdown
from core.runs.notes import LONGEST_NOTE, read_note, write_note
from core.runs.record import RunError, RunRecord
from core.runs.state import LONGEST_TITLE
from core.runs.titles import rename


def draw_details(row: Row) -> None:
    """Draw what the table has of a run in words, and its note; its owner can change two of them.

    Raises:
        RunError: the run is gone.
    """
    record = store().get(row.id)
    st.subheader(escape_markdown(row.title) or "Untitled", anchor=False)
    st.caption(escape_markdown(" · ".join(_facts(row))))
    if row.numbers:
        said = [f"{escape_markdown(name)}: **{number(row.numbers[name])}**" for name in row.numbers]
        st.markdown("Last numbers, on test digits where there are any: " + "; ".join(said) + ".")
    note = _note(record)
    if row.whose != MINE:
        if note:
            _draw_note(note)
        return
    _draw_note(note or "*No note yet.*")
    with st.container(horizontal=True, gap="small"):
        with st.popover("Rename", icon=":material/edit:"):
            _draw_name(record)
        with st.popover("Write a note" if not note else "Change the note", icon=":material/notes:"):
            _draw_editor(record, note)


def _facts(row: Row) -> Sequence[str]:
    state = row.run.state
    parts = [row.about.model, row.about.data, row.about.changes, row.state]
    if state.status != "done":
        parts.append(f"{state.progress:.0%} done")
    parts.append(f"{duration(state.seconds)} of computing")
    if row.run.request.created_at:
        parts.append(f"started {started_at(row.run.request.created_at)}")
    return [*filter(None, parts), row.whose]


def _draw_note(note: str) -> None:
    with st.container(border=True, key="run-note"):
        st.markdown(safe_markdown(note))


def _note(record: RunRecord) -> str:
    try:
        return read_note(record)
    except RunError as error:
        st.warning(escape_markdown(str(error)))
        return ""


def _draw_name(record: RunRecord) -> None:
    key = f"runs:name:{record.id}"
    # Not of the title: the field of another tab's new name would lose what is typed here.
    st.session_state.setdefault(key, record.request.title)

    def save() -> None:
        st.session_state[key] = rename(store().get(record.id), st.session_state[key], visitor())

    st.text_input("Name of the run", key=key, max_chars=LONGEST_TITLE)
    st.button(
        "Save the name", key=f"{key}:save", icon=":material/check:", on_click=told, args=(save,)
    )


def _draw_editor(record: RunRecord, note: str) -> None:
    """Draw the field of the note. What another tab has saved meanwhile is not lost unseen."""
    key, base = f"runs:note:{record.id}", f"runs:note-base:{record.id}"
    untouched = st.session_state.get(key) == st.session_state.get(base)
    if key not in st.session_state or untouched:
        st.session_state[key] = st.session_state[base] = note

    def save() -> None:
        run = store().get(record.id)
        if (now := read_note(run)) != st.session_state[base]:
            st.session_state[base] = now
            tell(
                "The note was changed in another tab meanwhile, and yours was not saved. The other "
                "one stands below the table; save again to replace it."
            )
            return
        write_note(run, st.session_state[key], visitor())
        st.session_state[key] = st.session_state[base] = read_note(run)

    st.text_area(
        "Note, in Markdown",
        key=key,
        height=200,
        max_chars=LONGEST_NOTE,
        width=480,
        help="Lists, **bold**, *italics*, code, tables and links that begin with https. Everybody "
        "can read it.",
    )
    st.button(
        "Save the note", key=f"{key}:save", icon=":material/check:", on_click=told, args=(save,)
    )
