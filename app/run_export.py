"""Files of a run to take along, each made when it is asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from app.session import store
from core.export import write_zip
from core.record import RunRecord

Writer = Callable[[RunRecord, Path], None]


def draw_download(record: RunRecord, label: str, name: str, writer: Writer) -> None:
    """A button that downloads what `writer` makes of the run, as a file of this name."""
    st.download_button(
        label,
        data=partial(_written, record.id, name, writer),
        file_name=name,
        key=f"export:{record.id}:{name}",
        on_click="ignore",
    )


def draw_bundle(record: RunRecord) -> None:
    """The button for the whole run, which another lab can open."""
    draw_download(record, "Whole run (zip)", f"{record.id}.zip", write_zip)


def _written(run_id: str, name: str, writer: Writer) -> bytes:
    """The content of the file, made in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        writer(store().get(run_id), path)
        return path.read_bytes()
