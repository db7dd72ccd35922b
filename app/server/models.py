"""The models of runs, and what they make of all digits, computed once for all visitors."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from app.components.latent import Decoder, decoder_of
from app.server.shared import digits, store
from core.analysis.latent import encode, kl_per_dimension, reconstruction_errors
from core.runs.record import RunError
from core.training.record import checkpoint_epochs, load_model
from models import Model
from models.vae import VAE


def saved_epochs(run_id: str) -> list[int]:
    """Return the epochs of a run whose weights are kept; none where the run is gone by now."""
    try:
        return checkpoint_epochs(store().get(run_id))
    except RunError:
        return []


@st.cache_resource(max_entries=24, show_spinner=False)
def model_at(run_id: str, epoch: int) -> Model:
    """Return a run's model as it was after this epoch.

    Raises:
        RunError: there is no such run, or its checkpoint is missing or damaged.
    """
    return load_model(store().get(run_id), epoch)


def vae_at(run_id: str, epoch: int) -> VAE:
    """Return the same for the run of a variational autoencoder.

    Raises:
        RunError: as for `model_at`, or it is another kind of model.
    """
    model = model_at(run_id, epoch)
    if not isinstance(model, VAE):
        raise RunError(f"Run {run_id} is no variational autoencoder; choose one that is.")
    return model


@st.cache_resource(max_entries=24, show_spinner=False)
def decoder_at(run_id: str, epoch: int) -> Decoder:
    """Return the decoder of `model_at` in the form in which browsers get it."""
    return decoder_of(model_at(run_id, epoch))


@st.cache_resource(max_entries=16, show_spinner="Rebuilding all 10,000 test digits …")
def test_errors(run_id: str, epoch: int) -> Tensor:
    """Return the mean squared error of each test digit's reconstruction, (10000,)."""
    return reconstruction_errors(model_at(run_id, epoch), digits("test").pixels)


@st.cache_resource(max_entries=16, show_spinner="Encoding all 10,000 test digits …")
def test_codes(run_id: str, epoch: int) -> Tensor:
    """Return the code of each test digit, (10000, latent_dim)."""
    return encode(model_at(run_id, epoch), digits("test").pixels)


@st.cache_resource(max_entries=6, show_spinner="Encoding all 60,000 training digits …")
def training_codes(run_id: str, epoch: int) -> Tensor:
    """Return the code of each training digit, (60000, latent_dim)."""
    return encode(model_at(run_id, epoch), digits("train").pixels)


@st.cache_resource(max_entries=16, show_spinner=False)
def dimension_kl(run_id: str, epoch: int) -> Tensor:
    """Return the mean KL to the prior of each latent dimension of a VAE over the test digits, in
    nats."""
    return kl_per_dimension(vae_at(run_id, epoch), digits("test").pixels)
