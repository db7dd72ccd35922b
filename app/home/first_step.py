"""The button that a visit begins with: train a first model, or go on with the next task."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.exercise import TASKS, next_task
from app.navigation import page_named
from app.runs.owners import is_mine
from app.runs.start import start_training
from app.server.shared import store
from app.ui.forms import draw_problem
from core.runs.record import RunError
from core.runs.store import Summary

#: Epochs of the first model: a fifth of the exercise's, enough for sharp digits.
EPOCHS = 10
_FIRST = TASKS[0]


def draw_first_step() -> None:
    """Draw what to do first, and before that, for who has been here, what to do next."""
    mine = [run for run in store().list() if not run.in_gallery and is_mine(run.request.visitor)]
    trained = any(_FIRST.is_worked_on_by(run) for run in mine)
    begun = any(task.is_worked_on_by(run) for task in TASKS for run in mine)
    with st.container(horizontal=True, vertical_alignment="center"):
        if begun:
            _draw_continue(mine)
        start = st.button(
            f"Train compression again ({EPOCHS} epochs)"
            if trained
            else f"Train your first model ({EPOCHS} epochs)",
            key="first-model",
            type="secondary" if begun else "primary",
            icon=":material/play_arrow:",
            help=f"Trains the autoencoder of task {_FIRST.number} with the exercise's settings, "
            f"but for {EPOCHS} epochs, and shows it live.",
        )
    if start:
        _start()


def _start() -> None:
    """Start the first model and go where it is seen, or say why it cannot be started."""
    try:
        run = start_training(_FIRST.model, {}, {"epochs": EPOCHS})
    except (RunError, ValueError) as error:
        draw_problem(error)
    else:
        st.switch_page(page_named(_FIRST.page).path, query_params={"run": run.id})


def _draw_continue(mine: Sequence[Summary]) -> None:
    """Draw the button to the form of the next task, or say that there is none."""
    task = next_task(mine)
    if task is None:
        page = page_named("runs")
        st.markdown("You have a run of every task of the exercise.", width="content")
        st.page_link(page.path, label="Open all runs", icon=page.icon, width="content")
        return
    pressed = st.button(
        f"Continue: task {task.number}",
        key="continue",
        type="primary",
        icon=":material/arrow_forward:",
        help=f"{task.title}: {task.text}",
    )
    if pressed:
        st.switch_page(page_named(task.page).path, query_params={"run": task.run})
