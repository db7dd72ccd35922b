"""The form that starts a training."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.runs.picker import show_run
from app.runs.settings_text import flat, sentence
from app.runs.start import start_training
from app.training.sweep_form import draw_sweep_form, is_sweep_form_open, open_sweep_form
from app.ui.forms import CANNOT_START, config_form, draw_problem, fill_form, reset_form
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from core.data.data_sets import DataSet
from core.runs.record import RunError
from core.training.config import SGD, TrainConfig
from models import MODELS, name_of
from models.autoencoder import Autoencoder
from models.vae import VAE

_STARTED = "started"
#: The setting that is chosen at the top of the page, not in the form.
_DATA = "data"
#: A learning rate below this is of the size that Adam needs.
_SMALL_FOR_SGD = 0.5
#: With which SGD learns, by model.
_RATES_OF_SGD = {name_of(Autoencoder): 100.0, name_of(VAE): 1.0}


def draw_training_form(page: str, model: str, data: DataSet) -> None:
    """Draw the settings of a model and its training on a data set; Start shows the new run."""
    spec = MODELS[model]
    st.caption(data.says(spec.summary))
    # Above the fields: it is in sight on every screen, and so is what it starts.
    buttons = st.container(horizontal=True)
    about = st.empty()
    main = spec.main_settings
    own: dict[str, Any] = {"config_class": spec.config, "key": _key(model, "config")}
    usual: dict[str, Any] = {"config_class": TrainConfig, "key": _key(model, "training")}
    own["defaults"], usual["defaults"] = {}, spec.training
    own["reword"] = usual["reword"] = data.says
    usual["beside"] = {_DATA: data.name}
    parts = [config_form(**own, only=main), config_form(**usual, only=main)]
    problems = st.container()
    with st.expander("More settings"):
        parts += [
            config_form(**own, without=main, problems=problems),
            config_form(**usual, without=main, problems=problems),
        ]
    config, training = ((parts[n] or {}) | (parts[n + 2] or {}) for n in (0, 1))
    training[_DATA] = data.name
    if None not in parts:
        about.caption(
            escape_markdown(sentence(model, flat(config, training)))
            + _hint(model, config, training)
        )
    else:
        about.caption(CANNOT_START)
    with buttons:
        pressed = st.button(
            "Start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=None in parts,
            help=CANNOT_START if None in parts else None,
        )
        several = st.button(
            "Try several values",
            icon=":material/stacked_line_chart:",
            disabled=None in parts,
            help="Trains once for each of several values of one setting, and shows what it does.",
        )
        st.button(
            "Reset",
            on_click=_reset,
            args=(model,),
            help="Back to the settings of the exercise.",
        )
    if several:
        open_sweep_form(model)
    if None not in parts and is_sweep_form_open(model):
        draw_sweep_form(model, config, training)
    # Not in a callback: that would start with the values of the last time the page was drawn, and
    # miss what was typed right before Start was pressed.
    if pressed and None not in parts:
        try:
            run = start_training(model, config, training)
        except (RunError, ValueError) as error:
            draw_problem(error)
        else:
            show_run(page, model, run.id)
            # Not the id alone: Start may give the run that is already computed.
            st.session_state[_STARTED] = f"{run.id}:{time.time_ns()}"
            st.rerun()


def _hint(model: str, config: Mapping[str, Any], training: Mapping[str, Any]) -> str:
    """Return what to know of SGD's learning rate where it is as small as Adam's; else nothing."""
    rate = training.get("learning_rate", 1.0)
    if training.get("optimizer") != SGD or rate >= _SMALL_FOR_SGD:
        return ""
    larger = (
        f" {term('sgd', 'SGD')} needs a larger {term('learning-rate')} than {term('adam', 'Adam')}"
    )
    # Seen with the exercise's activation and loss: with others it may be far too large.
    usual = MODELS[model].config().to_dict()
    same = all(config.get(name) == usual.get(name) for name in ("activation", "loss"))
    known = _RATES_OF_SGD.get(model) if same else None
    return f"{larger}: with the exercise's settings {known:g} is one." if known else f"{larger}."


def started() -> str:
    """Return a name for this visitor's last press of Start, new each time; empty without one."""
    return st.session_state.get(_STARTED, "")


def fill_training_form(model: str, config: Mapping[str, Any], training: Mapping[str, Any]) -> None:
    """Put the settings of a run into the form; for a button's `on_click`."""
    fill_form(config, key=_key(model, "config"))
    fill_form(training, key=_key(model, "training"))


def _reset(model: str) -> None:
    for section in ("config", "training"):
        reset_form(key=_key(model, section))


def _key(model: str, section: str) -> str:
    return f"form:{model}:{section}"
