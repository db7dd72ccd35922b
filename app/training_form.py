"""The form that starts a training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.forms import CANNOT_START, config_form, draw_problem, fill_form, reset_form
from app.picker import show_run
from app.plain import plain
from app.run_settings import sentence
from app.session import start_training
from core.record import RunError
from core.settings import TrainConfig
from models import MODELS


def draw_training_form(page: str, model: str) -> None:
    """The settings of a model and its training; Start makes the new run the one the page shows."""
    spec = MODELS[model]
    st.subheader("Train one")
    st.caption(spec.summary)
    st.caption(f":material/visibility: {spec.watch_for}")
    about = st.empty()
    key = _key(model)
    parts = [
        config_form(spec.config, key=key, defaults={}),
        config_form(TrainConfig, key=key, defaults=spec.training),
    ]
    with st.expander("More settings"):
        parts += [
            config_form(spec.config, key=key, defaults={}, advanced=True),
            config_form(TrainConfig, key=key, defaults=spec.training, advanced=True),
        ]
    values = {name: value for part in parts if part for name, value in part.items()}
    if None not in parts:
        about.caption(plain(sentence(model, values)))

    def reset() -> None:
        for config in (spec.config, TrainConfig):
            reset_form(config, key=key)

    with st.container(horizontal=True):
        pressed = st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=None in parts,
            help=CANNOT_START if None in parts else None,
        )
        st.button("Reset", on_click=reset, help="Back to the settings of the exercise.")
    # Not in a callback: that would start with the values of the last time the page was drawn, and
    # miss what was typed right before Start was pressed.
    if pressed and None not in parts:
        try:
            show_run(page, model, start_training(model, values).id)
        except (RunError, ValueError) as error:
            draw_problem(error)
        else:
            st.rerun()


def fill_training_form(model: str, values: Mapping[str, Any]) -> None:
    """Puts the settings of a run into the form; for a button's `on_click`."""
    for config in (MODELS[model].config, TrainConfig):
        fill_form(config, values, key=_key(model))


def _key(model: str) -> str:
    return f"form:{model}"
