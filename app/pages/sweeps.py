"""Sweeps: one setting with several values, each trained with several seeds."""

from __future__ import annotations

import streamlit as st

from app.navigation import page_named
from app.sweeps.picker import choose_sweep
from app.sweeps.view import draw_sweep
from app.ui.glossary import term

st.title("Sweeps", anchor=False)
st.markdown(
    f"A {term('sweep')} trains one model with **several values of one setting**, each with several "
    f"random starts ({term('seed', 'seeds')}). It shows what the setting does, and how much of a "
    "difference is luck."
)
sweep = choose_sweep()
if sweep is None:
    st.info(
        "There is no sweep yet. Open a page of trainable models, choose the settings, and press "
        "**Try several values** beside Start."
    )
    with st.container(horizontal=True):
        for page in (page_named("autoencoders"), page_named("vae")):
            st.page_link(page.path, label=page.title, icon=page.icon, width="content")
else:
    draw_sweep(sweep)
