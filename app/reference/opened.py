"""Whether weights that were opened from a file are right, measured on the test digits."""

from __future__ import annotations

import streamlit as st

from app.reference.digits import draw_digits
from app.reference.verdict import choose_task, draw_checked
from app.server.shared import store
from core.execution.turns import heavy_work
from core.reference.check import Checked
from core.reference.opened import check_opened, guess_opened_task
from core.reference.tasks import task_of
from core.runs.record import RunRecord
from core.training.record import read_previews


def draw_is_it_right_opened(record: RunRecord) -> None:
    """Draw the verdict on opened weights, hints, and ten digits beside those of the lab.

    Weights have no curves: what they reach is held against the reference's last epoch.
    """
    st.subheader("Is it right?", anchor=False)
    task = choose_task(record, guess_opened_task(record))
    draw_checked(_found(record.id, task.number))
    draw_digits(record, task, read_previews(record)[-1], "Yours")


@st.cache_data(max_entries=64, show_spinner="Comparing with the reference …")
def _found(run_id: str, number: str) -> Checked:
    record = store().get(run_id)
    with heavy_work:
        return check_opened(record, task_of(number))
