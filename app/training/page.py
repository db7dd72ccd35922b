"""Draws the pages of trained models: choose a run, train one, look at it in several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.components.scroll_here import scroll_here
from app.links.address import put
from app.runs.data import choose_data
from app.runs.kept_epochs import TRAIN
from app.runs.picker import choose_model, choose_run, named_run, own_runs, runs_of
from app.runs.watch import watch
from app.server.models import TrainedModel
from app.training.epochs import choose_epoch
from app.training.form import draw_training_form, started
from app.training.next_steps import draw_next
from app.training.own_code import OwnCode, draw_own_code
from app.training.view import draw_training, seconds_between_looks
from app.ui.choice import choose_one
from app.ui.fragments import show_errors
from app.ui.source import formula_and_code
from core.data.data_sets import DataSet
from core.runs.record import RunRecord
from core.runs.state import RECORDED_MODEL
from core.training.optimizer import make_optimizer
from core.training.record import read_configs
from core.training.run import TrainingRun
from models import MODELS

# Where there is little room the form goes below its run, and the curves below the pictures.
_STYLE = """<style>
.st-key-scroll-to-run { height: 0; margin-bottom: -1rem; overflow: hidden; }
.st-key-run-alone { min-height: 34rem; }
@media (max-width: 1200px) {
  .st-key-run-and-form [data-testid="stColumn"]:not([data-testid="stColumn"] *),
  .st-key-run-alone [data-testid="stColumn"] { min-width: 100%; }
  .st-key-run-alone { min-height: 62rem; }
}
</style>"""


def draw_model_page(
    page: str,
    family: str,
    introduction: str,
    views: Mapping[str, Callable[[TrainedModel], None]],
    views_of_all_epochs: Mapping[str, Callable[[RunRecord], None]],
    own_code: OwnCode,
) -> None:
    """Draw the controls to choose a model, a run and a view, and the view itself.

    The `introduction`, above them, is a text about digits. `views` are drawn with the model of the
    chosen run after the chosen epoch. `own_code` draws what was computed outside the lab.
    """
    top = st.empty()

    def introduce(data: DataSet) -> None:
        top.markdown(data.says(introduction))

    named = named_run(page)
    titles = {name: spec.title for name, spec in MODELS.items() if spec.family == family}
    titles[RECORDED_MODEL] = "Your own code"
    with _row("Model"):
        model = choose_model(page, titles, named)
    with _row("Look at"):
        view = choose_one(
            "Look at",
            [TRAIN, *views_of_all_epochs, *views],
            default=TRAIN,
            key="view",
            link="view",
            label_visibility="collapsed",
            wrap=True,
        )
    if view == TRAIN and model == RECORDED_MODEL:
        data, record = _choose_data_and_run(page, family, model, named, introduce)
        draw_own_code(own_code, page, data, record, [*views_of_all_epochs, *views])
        return
    if view == TRAIN:
        _draw_training(page, family, model, named, [*views_of_all_epochs, *views], introduce)
        return
    left, right = st.columns([3, 1])
    with left:
        _, record = _choose_data_and_run(page, family, model, named, introduce)
    if model == RECORDED_MODEL and (record is None or record.request.is_recorded):
        own_code.without_network(record, view)
        return
    if record is None:
        st.info(f"Nothing is trained here yet. Choose **{TRAIN}** to make the first one.")
        return
    with show_errors():
        if view in views_of_all_epochs:
            views_of_all_epochs[view](record)
        else:
            with right:
                epoch = choose_epoch(record)
            views[view](TrainedModel.load(record, epoch))


def _row(name: str) -> DeltaGenerator:
    """Return a place for a choice, with its name at the left, or above where there is no room."""
    row = st.container(horizontal=True, vertical_alignment="center", gap="small")
    row.markdown(f":small[{name}]", width=56)
    return row


def _choose_data_and_run(
    page: str,
    family: str,
    model: str,
    named: RunRecord | None,
    introduce: Callable[[DataSet], None],
) -> tuple[DataSet, RunRecord | None]:
    """Draw the choice of a data set and of a run on it, side by side."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data = choose_data(page, named)
        introduce(data)
        own = model == RECORDED_MODEL
        runs = own_runs(family) if own else runs_of(model, also=named)
        record = choose_run(page, model, data, runs, named)
        put("model", model if record is None else None)  # a run says which model it is of
        return data, record


def _draw_training(
    page: str,
    family: str,
    model: str,
    named: RunRecord | None,
    views: Sequence[str],
    introduce: Callable[[DataSet], None],
) -> None:
    """Draw a run and the form for another one: beside it, or folded while the run goes on."""
    st.html(_STYLE)
    with st.container(key="scroll-to-run"):
        scroll_here(started(), key="scroll-here")
    data, record = _choose_data_and_run(page, family, model, named, introduce)
    if record is not None and record.is_active:
        with st.container(key="run-alone"):
            watch(record, draw_training, every=seconds_between_looks)
        with st.expander("Train another model", icon=":material/tune:"):
            draw_training_form(page, model, data)
    else:
        with st.container(key="run-and-form"):
            run, form = st.columns([2.6, 1], gap="large")
        with run:
            if record is None:
                st.info("Nothing is trained yet. Press **Start** and watch the model learn.")
            else:
                watch(record, draw_training)
                with show_errors():
                    draw_next(record, page, views)
        with form:
            st.subheader("Train a model", anchor=False)
            draw_training_form(page, model, data)
    model_class = MODELS[model].model
    with show_errors():
        # The loss of the run that is shown, which may not be the exercise's.
        config = MODELS[model].config() if record is None else read_configs(record)[1]
        formula_and_code(
            model_class.formula(config),
            [model_class.loss_terms, TrainingRun.train_epoch, make_optimizer],
        )
