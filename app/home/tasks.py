"""The tasks of the exercise as cards, each with a picture of its trained example."""

from __future__ import annotations

import streamlit as st

from app.exercise import TASKS, Task
from app.navigation import page_named
from app.server.shared import store
from app.ui.images import GAP, dots, tiles, to_png
from app.ui.layout import grid
from core.runs.record import RunError
from core.training.record import read_previews
from core.tsne.recording import load_recording
from models import SIDE

#: Digits side by side on a card.
DIGITS = 5
#: CSS pixels of a card's picture of digits: each of its pixels is two wide, sharp on any screen.
DIGITS_WIDTH = 2 * (DIGITS * (SIDE + GAP) - GAP)


def draw_tasks() -> None:
    """Draw a card for each task, with a link to where the lab works on it."""
    with grid("tasks"):
        for task in TASKS:
            with st.container(border=True, height="stretch"):
                _draw_task(task)


def _draw_task(task: Task) -> None:
    page = page_named(task.page)
    st.markdown(f"**Task {task.number} · {task.title}**")
    try:
        width = "stretch" if task.optimizer else DIGITS_WIDTH
        st.image(_picture(task), width=width, alt=_alt(task))
    except RunError:
        st.caption("The trained example of this task is missing from the gallery.")
    st.markdown(task.text)
    st.page_link(
        page.path, label=f"Open {task.title}", icon=page.icon, query_params={"run": task.run}
    )


@st.cache_data(show_spinner=False)
def _picture(task: Task) -> bytes:
    """Return what a gallery run looks like, as a PNG; encoded once, not at every visit.

    Raises:
        RunError: the run is missing.
    """
    record = store().get(task.run)
    if not task.optimizer:
        return to_png(tiles(read_previews(record)[-1][:, :DIGITS], scale=4))
    shown = load_recording(record, frames=2)
    map_of = shown.names.index(task.optimizer)
    return to_png(dots(shown.positions[-1, map_of], shown.labels))


def _alt(task: Task) -> str:
    """Return the picture of a task in words."""
    if not task.optimizer:
        return f"{task.title}: five digits above the output of the trained model."
    return f"{task.title}: a thousand digits on the finished map, coloured by class."
