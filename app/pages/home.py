"""Home: what the lab is, the exercise as a map, and what is being computed now."""

from __future__ import annotations

import streamlit as st

from app.active_runs import draw_active_runs
from app.exercise import TASKS, Task
from app.images import dots, tiles, to_png
from app.navigation import PAGES
from app.session import store
from core.record import RunError
from core.recording import load_recording


@st.cache_data(show_spinner=False)
def picture(task: Task) -> bytes:
    """What a gallery run looks like, as a PNG: encoded once, not at every visit.

    Raises:
        RunError: it is missing.
    """
    record = store().get(task.run)
    if task.contestant is None:
        return to_png(tiles(record.previews()[-1][:, :5], scale=4))
    shown = load_recording(record, frames=2)
    return to_png(dots(shown.positions[-1, task.contestant], shown.labels))


def alt(task: Task) -> str:
    """The picture of a task in words."""
    if task.contestant is None:
        return f"{task.title}: five digits above what a trained model makes of them."
    return f"{task.title}: a thousand digits on the finished map, coloured by class."


st.title("Latent Lab", anchor=False)
st.markdown(
    "A laboratory for **learning without labels**, on 70,000 real handwritten digits. "
    "Train an autoencoder, a variational autoencoder or t-SNE, and watch it learn while it does. "
    "Then take it apart: walk through its codes, break its input, replay every step."
)

st.subheader("The exercise, task by task")
pages = {page.name: page for page in PAGES}
for start in range(0, len(TASKS), 3):
    for task, column in zip(TASKS[start : start + 3], st.columns(3), strict=False):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"**Task {task.number} · {task.title}**")
            try:
                st.image(picture(task), width="stretch", alt=alt(task))
            except RunError:
                st.caption("The trained example of this task is missing from the gallery.")
            st.markdown(task.text)
            page = pages.get(task.page)
            if page is not None:
                st.page_link(
                    page.path,
                    label=f"Open {page.title}",
                    icon=page.icon,
                    query_params={"run": task.run},
                )

st.subheader("Your own digit")
st.markdown(
    "Draw a digit, or photograph one on paper: every trained model rebuilds it, the codes vote on "
    "what it is, and it takes its place on the maps."
)
st.page_link(pages["digit"].path, label="Draw a digit", icon=pages["digit"].icon)

st.subheader("Now")
draw_active_runs()
