"""Offers what to do with a training that has stopped: explore it, or make another one like it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.navigation import page_named
from app.runs.controls import draw_more
from app.runs.start import start_training
from app.runs.start_again import start_again_button
from app.runs.whole_run import draw_whole_run
from app.training.form import fill_training_form
from core.runs.record import RunRecord
from core.training.config import training_settings
from core.training.record import checkpoint_epochs, read_configs

MORE = 10


def draw_next(record: RunRecord, page: str, views: Sequence[str]) -> None:
    """Draw buttons that go on from the settings of a run, and links to what it has learned.

    Raises:
        RunError: this version of the lab cannot do what the run was asked for.
    """
    model, config, training = read_configs(record)
    own, usual = config.to_dict(), training.to_dict()
    another = {**usual, "seed": training.seed + 1}
    with st.container(horizontal=True):
        draw_more(
            record,
            "training",
            "epochs",
            training.epochs,
            MORE,
            lambda epochs: training_settings(model, own, {**usual, "epochs": epochs}),
        )
        start_again_button(
            record,
            page,
            model,
            lambda: start_training(model, own, another),
            help="What differs between the two runs comes from the random start.",
        )
        st.button(
            "Use these settings",
            icon=":material/tune:",
            key=f"use:{record.id}",
            on_click=fill_training_form,
            args=(model, own, usual),
            help="Puts the settings of this run into the form, to change one of them.",
        )
        draw_whole_run(record)
    draw_links(record, page, views)


def draw_links(record: RunRecord, page: str, views: Sequence[str]) -> None:
    """Draw links to the views of a run that has saved weights."""
    if checkpoint_epochs(record):
        path = page_named(page).path
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown("Explore this run:", width="content")
            for view in views:
                query = {"run": record.id, "view": view}
                st.page_link(path, label=view, query_params=query, width="content")
