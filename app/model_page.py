"""What the pages of trained models share: choose a run, train one, look at it in several ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from app.epochs import choose_epoch
from app.fragments import told
from app.layout import form_and_run
from app.live import watch
from app.picker import choose_model, choose_run, named_run, runs_of
from app.session import is_active, model_at
from app.source import formula_and_code
from app.training_form import draw_training_form
from app.training_next import draw_next
from app.training_view import draw_training
from core.record import RunRecord
from core.training import TrainingRun
from models import MODELS

TRAIN = "Train and watch"


def draw_model_page(
    page: str,
    family: str,
    views: Mapping[str, Callable[[RunRecord, int], None]],
    views_of_all_epochs: Mapping[str, Callable[[RunRecord], None]],
) -> None:
    """The controls to choose a variant, a run and a view, and the view itself.

    `views` are drawn with the chosen run and the epoch at which it is looked at.
    """
    named = named_run()
    models = [name for name, spec in MODELS.items() if spec.family == family]
    model = choose_model(page, models, named)
    view = st.segmented_control(
        "View",
        [TRAIN, *views_of_all_epochs, *views],
        default=TRAIN,
        required=True,
        key="view",
        bind="query-params",
        label_visibility="collapsed",
    )
    if view == TRAIN:
        form, run = form_and_run(2.6)
        with form:
            draw_training_form(page, model)
        with run:
            record = choose_run(page, model, runs_of(model), named)
            if record is None:
                st.info("Nothing is trained yet. Press **Start** and watch the first one learn.")
            else:
                watch(record, draw_training)
                if not is_active(record):
                    with told():
                        draw_next(record, page, [*views_of_all_epochs, *views])
        model_class = MODELS[model].model
        formula_and_code(model_class.formula, [model_class.loss_terms, TrainingRun.train_epoch])
        return
    left, right = st.columns([3, 1])
    with left:
        record = choose_run(page, model, runs_of(model), named)
    if record is None:
        st.info(f"Nothing is trained here yet. Choose **{TRAIN}** to make the first one.")
        return
    with told():
        if view in views_of_all_epochs:
            views_of_all_epochs[view](record)
        else:
            with right:
                epoch = choose_epoch(record)
            model_at(record.id, epoch)  # so that a damaged file is reported once
            views[view](record, epoch)
