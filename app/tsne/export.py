"""Files of a t-SNE run: GIFs, a self-contained replay, positions and curves as CSV, the folder."""

from __future__ import annotations

from functools import partial

import streamlit as st

from app.runs.export import Writer, draw_download
from app.runs.whole_run import draw_whole_run
from core.export import write_csv, write_curves, write_gif, write_html
from core.runs.record import RunRecord
from core.tsne.recording import tsne_config


def draw_export(record: RunRecord) -> None:
    """Draw one button for each kind of file."""
    files: dict[str, tuple[str, str, Writer]] = {
        "GIF, all maps": ("animation", "gif", write_gif),
        **{
            f"GIF, {title}": (f"animation-{name}", "gif", partial(write_gif, optimizers=(name,)))
            for name, title in tsne_config(record).titles.items()
        },
        "HTML replay": ("replay", "html", write_html),
        "Positions (CSV)": ("positions", "csv", write_csv),
        "Curves (CSV)": ("all-curves", "csv", write_curves),
    }
    with st.expander("Export", icon=":material/download:"):
        st.caption(
            "The HTML replay is one file that plays in any browser, without the lab and without a "
            "network. Making a file takes a few seconds. For pictures of the maps and curves that "
            "are shown now, use the buttons below the curves."
        )
        with st.container(horizontal=True):
            for label, (what, ending, writer) in files.items():
                draw_download(record, label, what, ending, writer)
            draw_whole_run(record)
