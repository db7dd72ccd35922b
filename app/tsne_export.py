"""Taking a t-SNE run along: GIFs, a self-contained replay, positions as CSV, the whole folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from app.session import store
from core.export import write_csv, write_gif, write_html, write_zip
from core.record import RunRecord
from core.recording import tsne_config

Writer = Callable[[RunRecord, Path], None]


def draw_export(record: RunRecord) -> None:
    """One button for each kind of file; a file is made when it is asked for."""
    titles = tsne_config(record).titles
    writers: dict[str, tuple[str, Writer]] = {
        "GIF, all panels": ("tsne_animation.gif", write_gif),
        **{
            f"GIF, {title}": (
                f"tsne_{name}_animation.gif",
                partial(write_gif, contestants=(name,)),
            )
            for name, title in titles.items()
        },
        "HTML replay": ("tsne_replay.html", write_html),
        "Positions (CSV)": ("tsne_positions.csv", write_csv),
        "Whole run (zip)": (f"{record.id}.zip", write_zip),
    }
    with st.expander("Take it along", icon=":material/download:"):
        st.caption(
            "The HTML replay is one file that plays in any browser, without the lab and without a "
            "network. Making a file takes a few seconds."
        )
        with st.container(horizontal=True):
            for label, (name, writer) in writers.items():
                st.download_button(
                    label,
                    data=partial(_written, record.id, name, writer),
                    file_name=name,
                    key=f"export:{record.id}:{name}",
                    on_click="ignore",
                )


def _written(run_id: str, name: str, writer: Writer) -> bytes:
    """The content of the file, made in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        writer(store().get(run_id), path)
        return path.read_bytes()
