"""Autoencoders: train one, watch it learn, and take it apart."""

from __future__ import annotations

import streamlit as st

from app.model_page import draw_model_page
from app.views import compare, denoise, reconstruct, sparse_code, time_machine

st.title("Autoencoders", anchor=False)
st.markdown(
    "An autoencoder learns **without labels**: it squeezes a digit through a narrow code and is "
    "judged only by how well it rebuilds the digit from it."
)
draw_model_page(
    "autoencoders",
    "autoencoder",
    {
        "Reconstruct": reconstruct.draw,
        "Denoise": denoise.draw,
        "Sparse code": sparse_code.draw,
        "Compare": compare.draw,
    },
    {"Time machine": time_machine.draw},
)
