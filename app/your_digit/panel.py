"""The trained models that look at a visitor's digit, one of each kind."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.runs.picker import choose_companion, runs_of
from app.server.data import data_asked_for
from app.server.models import TrainedModel
from core.data.data_sets import DATA_SETS, MNIST
from models import MODELS, name_of
from models.vae import VAE

#: One trained model of each kind, by the kind's name in `MODELS`.
Panel = Mapping[str, TrainedModel]


def choose_panel() -> Panel:
    """Return one run for each kind of model, the gallery's until the visitor chooses others."""
    panel: dict[str, TrainedModel] = {}
    with st.expander("Choose the models", icon=":material/model_training:"):
        if any(data_asked_for(run.request) != MNIST for run in runs_of(*MODELS)):
            st.caption(
                "Only models of MNIST are listed: your digit is prepared as its makers prepared "
                "theirs."
            )
        for name, spec in MODELS.items():
            model = choose_companion(
                spec.title, name, DATA_SETS[MNIST], key="digit", link=f"with-{name}"
            )
            if model is not None:
                panel[name] = model
    return panel


def vae_of(panel: Panel) -> TrainedModel | None:
    """Return the variational autoencoder of the panel, if one is trained."""
    return panel.get(name_of(VAE))
