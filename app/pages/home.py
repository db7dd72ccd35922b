"""Home: something alive, the first step, and the exercise as a map."""

from __future__ import annotations

import streamlit as st

from app.course.progress import draw_progress
from app.home.first_step import draw_first_step
from app.home.maps import draw_maps
from app.home.tasks import draw_tasks
from app.navigation import page_named
from app.runs.imported import draw_import
from app.ui.glossary import term
from core.data.data_sets import DATA_SETS, FASHION

st.title("Latent Lab", anchor=False)
st.markdown(
    "A laboratory for **learning without labels**, on 70,000 real handwritten digits: train a "
    "model, watch it learn, and explore what it has learned."
)
draw_first_step()
draw_maps()

st.header("The course", anchor=False)
st.markdown(
    "Short lessons on the exercise: predict what will come out, run the experiment, and see."
)
draw_progress()

st.header("The exercise, task by task", anchor=False)
draw_tasks()

clothes = DATA_SETS[FASHION]
if clothes.is_there:
    st.header("The same with clothes", anchor=False)
    st.markdown(
        f"{term('fashion-mnist', 'Fashion-MNIST')} has as many pictures of the same size, of "
        "clothes in ten classes. Every model can learn from them, and t-SNE can map them."
    )
    page = page_named("autoencoders")
    st.page_link(
        page.path,
        label="Open the autoencoders of clothes",
        icon=page.icon,
        query_params={"data": FASHION},
    )

st.header("Your own digit", anchor=False)
st.markdown(
    "Draw a digit, or photograph one on paper. Four models, one of each kind, rebuild it; its "
    "nearest training digits vote on its class, and it is placed on the maps."
)
page = page_named("digit")
st.page_link(page.path, label="Draw a digit", icon=page.icon)

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
