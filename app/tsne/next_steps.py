"""Offers what to do with a t-SNE run that has stopped: continue it, start another, save files."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import streamlit as st

from app.runs.controls import draw_more
from app.runs.start import start_tsne
from app.runs.start_again import start_again_button
from app.tsne.export import draw_export
from app.tsne.facts import how_to_read, what_happened
from app.ui.source import hint
from core.runs.record import RunError, RunRecord
from core.tsne.recording import tsne_config

MORE = 200


def draw_next(record: RunRecord, page: str, group: str) -> None:
    """Draw the buttons that go on from a run, what to look for in it, and its files."""
    config = tsne_config(record)
    with st.container(horizontal=True):
        draw_more(
            record,
            "config",
            "iterations",
            config.iterations,
            MORE,
            lambda iterations: replace(config, iterations=iterations),
        )
        if config.depends_on_seed:
            start_again_button(
                record,
                page,
                group,
                lambda: start_tsne(config.reseeded().to_dict()),
                help="Starts from other random positions. What differs between the two runs is not "
                "in the data.",
            )
    rows = [row for row in record.history() if row["event"] == "frame"]
    if not rows:
        return
    if happened := what_happened(config, rows):
        hint(happened)
    with contextlib.suppress(RunError):  # the replay above has said what is wrong with its maps
        st.markdown(how_to_read(record, rows[-1]["iteration"]))
    draw_export(record)
