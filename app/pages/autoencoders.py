"""Autoencoders: train one, watch it learn, and explore what it has learned."""

from __future__ import annotations

import streamlit as st

from app.own_weights.form import draw_form
from app.own_weights.run_view import draw_opened
from app.recorded.model_view import draw_recorded, draw_without_network
from app.training.own_code import OwnCode
from app.training.page import draw_model_page
from app.ui.glossary import term
from app.views import (
    code_worth,
    compare,
    denoise,
    never_seen,
    reconstruct,
    sparse_code,
    time_machine,
)

st.title("Autoencoders", anchor=False)
draw_model_page(
    "autoencoders",
    "autoencoder",
    f"An autoencoder learns **without labels**: it encodes a digit as a short {term('code')} and "
    "rebuilds the digit from it. The loss measures only how well that works.",
    {
        "Reconstruct": reconstruct.draw,
        "Denoise": denoise.draw,
        "Sparse code": sparse_code.draw,
        "What the code is worth": code_worth.draw,
        "What it has never seen": never_seen.draw,
        "Compare": compare.draw,
    },
    {"Time machine": time_machine.draw},
    OwnCode(
        recorded=draw_recorded,
        without_network=draw_without_network,
        opened=draw_opened,
        form=draw_form,
    ),
)
