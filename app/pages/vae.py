"""Variational autoencoder: train one, and walk through its latent space."""

from __future__ import annotations

import streamlit as st

from app.own_weights.form import draw_form
from app.own_weights.run_view import draw_opened
from app.recorded.model_view import draw_where_recorded, draw_without_network
from app.training.own_code import OwnCode
from app.training.page import draw_model_page
from app.ui.glossary import term
from app.views import (
    code_worth,
    compare,
    never_seen,
    time_machine,
    vae_generate,
    vae_interpolate,
    vae_learned,
    vae_map,
    vae_reconstruct,
    vae_sliders,
)

st.title("Variational autoencoder", anchor=False)
draw_model_page(
    "vae",
    "vae",
    f"A VAE gives every digit a small **cloud** of {term('code', 'codes')} instead of one point, "
    "and keeps all clouds near zero. Codes between two digits then decode to digits, and random "
    "codes give new ones.",
    {
        "Reconstruct": vae_reconstruct.draw,
        "Generate": vae_generate.draw,
        "Interpolate": vae_interpolate.draw,
        "Latent sliders": vae_sliders.draw,
        "Map": vae_map.draw,
        "What was learned": vae_learned.draw,
        "What the code is worth": code_worth.draw,
        "What it has never seen": never_seen.draw,
        "Compare": compare.draw,
    },
    {"Time machine": time_machine.draw},
    OwnCode(
        recorded=draw_where_recorded,
        without_network=draw_without_network,
        opened=draw_opened,
        form=draw_form,
    ),
)
