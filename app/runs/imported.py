"""Runs that come as bundles of another lab: the form that takes one in, and where each is from."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from app.navigation import page_of
from app.runs.labels import started_at
from app.server.shared import export_turns, store
from app.server.visitor import visitor
from app.ui.markdown import escape_markdown
from core.execution.turns import TooManyError
from core.export import import_zip
from core.runs.record import RunError, RunRecord

_LAST = "imported"


def draw_import() -> None:
    """Draw the form that takes a bundle as a run of this visitor, and a link to the run."""
    with st.form("import", clear_on_submit=True, border=False):
        file = st.file_uploader(
            "Bundle (zip)",
            type="zip",
            key="import:file",
            help="The file that **Bundle** beside a run downloads, or `python -m core export RUN "
            "--zip FILE` writes. A larger one than the server takes can be imported by "
            "`python -m core import FILE`.",
        )
        submitted = st.form_submit_button("Import", icon=":material/input:")
    if submitted:
        st.session_state.pop(_LAST, None)
        if file is None:
            st.info("Choose a bundle first.")
        else:
            _take_in(file)
    if run_id := st.session_state.get(_LAST):
        _draw_link(run_id)


def draw_origin(record: RunRecord) -> None:
    """Say of an imported run where it is from; nothing of others."""
    imported = record.request.imported
    if imported is None:
        return
    st.caption(
        f":material/input: Imported on {started_at(record.request.created_at)}. It was run "
        f"{escape_markdown(imported['id'])} of {started_at(imported['created_at'])} where it "
        "was made. Its times and losses are what the bundle says; this lab has not measured them."
    )


def _take_in(file: UploadedFile) -> None:
    try:
        with export_turns.take(visitor()), st.spinner("Checking the bundle …"):
            record = import_zip(file, store(), visitor=visitor(), name=file.name)
    except (RunError, TooManyError) as error:
        st.warning(escape_markdown(str(error)), icon=":material/block:")
    else:
        st.session_state[_LAST] = record.id


def _draw_link(run_id: str) -> None:
    try:
        record = store().get(run_id)
    except RunError:
        return  # deleted meanwhile
    page = page_of(record.request)
    if page is None:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        title = escape_markdown(record.request.title)
        st.markdown(f":material/check_circle: Imported: **{title}**", width="content")
        st.page_link(
            page.path,
            label=f"Open it in {page.title}",
            icon=page.icon,
            query_params={"run": run_id},
        )
