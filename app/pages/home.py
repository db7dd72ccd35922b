"""Home: what the lab is, and the exercise as a map."""

from __future__ import annotations

import streamlit as st

from app.exercise import TASKS, Task
from app.navigation import PAGES
from app.runs.imported import draw_import
from app.server.shared import store
from app.ui.glossary import term
from app.ui.images import GAP, dots, tiles, to_png
from app.ui.layout import grid
from core.data.data_sets import DATA_SETS, FASHION
from core.runs.record import RunError
from core.training.record import read_previews
from core.tsne.recording import load_recording
from models import SIDE

#: Digits side by side on a card.
DIGITS = 5
#: CSS pixels of a card's picture of digits: each of its pixels is two wide, sharp on any screen.
DIGITS_WIDTH = 2 * (DIGITS * (SIDE + GAP) - GAP)


@st.cache_data(show_spinner=False)
def picture(task: Task) -> bytes:
    """Return what a gallery run looks like, as a PNG; encoded once, not at every visit.

    Raises:
        RunError: the run is missing.
    """
    record = store().get(task.run)
    if task.optimizer is None:
        return to_png(tiles(read_previews(record)[-1][:, :DIGITS], scale=4))
    shown = load_recording(record, frames=2)
    return to_png(dots(shown.positions[-1, task.optimizer], shown.labels))


def alt(task: Task) -> str:
    """Return the picture of a task in words."""
    if task.optimizer is None:
        return f"{task.title}: five digits above the output of the trained model."
    return f"{task.title}: a thousand digits on the finished map, coloured by class."


st.title("Latent Lab", anchor=False)
st.markdown(
    "A laboratory for **learning without labels**, on 70,000 real handwritten digits. "
    "Train a model and watch it learn, live; then walk through its codes, disturb its input, "
    "replay every step."
)

st.header("The exercise, task by task", anchor=False)
pages = {page.name: page for page in PAGES}
with grid("tasks"):
    for task in TASKS:
        with st.container(border=True, height="stretch"):
            st.markdown(f"**Task {task.number} · {task.title}**")
            try:
                width = "stretch" if task.optimizer is not None else DIGITS_WIDTH
                st.image(picture(task), width=width, alt=alt(task))
            except RunError:
                st.caption("The trained example of this task is missing from the gallery.")
            st.markdown(task.text)
            st.page_link(
                pages[task.page].path,
                label=f"Open {task.title}",
                icon=pages[task.page].icon,
                query_params={"run": task.run},
            )

clothes = DATA_SETS[FASHION]
if clothes.is_there:
    st.header("The same with clothes", anchor=False)
    st.markdown(
        f"{term('fashion-mnist', 'Fashion-MNIST')} has as many pictures of the same size, of "
        "clothes in ten classes. Every model can learn from them, and t-SNE can map them."
    )
    st.page_link(
        pages["autoencoders"].path,
        label="Open the autoencoders of clothes",
        icon=pages["autoencoders"].icon,
        query_params={"data": FASHION},
    )

st.header("Your own digit", anchor=False)
st.markdown(
    "Draw a digit, or photograph one on paper. Four models, one of each kind, rebuild it; its "
    "nearest training digits vote on its class, and it is placed on the maps."
)
st.page_link(pages["digit"].path, label="Draw a digit", icon=pages["digit"].icon)

st.header("A run of another lab", anchor=False)
st.markdown(
    "Every run can be downloaded as a **bundle**, to hand it in or to take it elsewhere. A bundle "
    "becomes a run of yours here."
)
draw_import()
st.markdown(
    "Weights that you have trained **in your own program** become a run, too: choose **Your own "
    "code** on the page Autoencoders or Variational autoencoder, then **Open my weights**."
)
