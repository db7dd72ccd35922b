"""What the server process shares between visitors, and who a visitor is."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st
from torch import Tensor

from app.components.latent import Decoder, decoder_of
from core.digits import Digits, load_digits
from core.execution import RunQueue
from core.latent import encode, kl_per_dimension, reconstruction_errors
from core.record import ACTIVE, RunError, RunRecord
from core.settings import training_settings
from core.store import RunStore
from core.tsne_config import TSNEConfig
from models import Model, spec_of
from models.vae import VAE


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """The runs of this server."""
    return RunStore()


@st.cache_resource(show_spinner=False)
def queue() -> RunQueue:
    """The queue of this server; made once, so that its workers are bounded in number."""
    return RunQueue()


@st.cache_resource(show_spinner="Unpacking the digits …")
def digits(split: Literal["train", "test"]) -> Digits:
    """The digits, loaded once for all visitors and the runs of this process."""
    return load_digits(split)


@st.cache_resource(max_entries=24, show_spinner=False)
def model_at(run_id: str, epoch: int) -> Model:
    """A run's model as it was after this epoch.

    Raises:
        RunError: there is no such run, or its checkpoint is missing or damaged.
    """
    return store().get(run_id).model(epoch)


def vae_at(run_id: str, epoch: int) -> VAE:
    """The same for the run of a variational autoencoder.

    Raises:
        RunError: as for `model_at`, or it is another kind of model.
    """
    model = model_at(run_id, epoch)
    if not isinstance(model, VAE):
        raise RunError(f"Run {run_id} is no variational autoencoder; choose one that is.")
    return model


@st.cache_resource(max_entries=24, show_spinner=False)
def decoder_at(run_id: str, epoch: int) -> Decoder:
    """The decoder of `model_at` in the form in which browsers get it."""
    return decoder_of(model_at(run_id, epoch))


@st.cache_resource(max_entries=16, show_spinner="Rebuilding all 10,000 test digits …")
def test_errors(run_id: str, epoch: int) -> Tensor:
    """The mean squared error of each test digit's reconstruction, (10000,)."""
    return reconstruction_errors(model_at(run_id, epoch), digits("test").pixels)


@st.cache_resource(max_entries=16, show_spinner="Encoding all 10,000 test digits …")
def test_codes(run_id: str, epoch: int) -> Tensor:
    """The code of each test digit, (10000, latent_dim)."""
    return encode(model_at(run_id, epoch), digits("test").pixels)


@st.cache_resource(max_entries=6, show_spinner="Encoding all 60,000 training digits …")
def training_codes(run_id: str, epoch: int) -> Tensor:
    """The code of each training digit, (60000, latent_dim)."""
    return encode(model_at(run_id, epoch), digits("train").pixels)


@st.cache_resource(max_entries=16, show_spinner=False)
def dimension_kl(run_id: str, epoch: int) -> Tensor:
    """The mean KL to the prior of each latent dimension of a VAE over the test digits, in nats."""
    return kl_per_dimension(vae_at(run_id, epoch), digits("test").pixels)


def visitor() -> str:
    """A name for this visitor's browser that survives a reload and tells nothing about them."""
    if "visitor" not in st.session_state:
        secret = _browser_secret(st.context.cookies.get("_streamlit_xsrf", ""))
        st.session_state.visitor = hashlib.sha256(secret or uuid.uuid4().bytes).hexdigest()[:16]
    return st.session_state.visitor


def _browser_secret(cookie: str) -> bytes:
    """The random bytes in Streamlit's cookie against cross-site requests, one per browser.

    They are `2|mask|masked bytes|time` in hexadecimal, with a new mask at every page load.
    """
    try:
        _, mask, masked, _ = cookie.strip('"').split("|")
        pad = itertools.cycle(bytes.fromhex(mask))
        return bytes(byte ^ key for byte, key in zip(bytes.fromhex(masked), pad, strict=False))
    except ValueError:
        return b""


def start_training(model: str, values: Mapping[str, Any]) -> RunRecord:
    """Starts a run of this visitor, or gives the one that already runs with these very settings.

    Raises:
        ValueError: a value breaks its rule.
        RunError: the run cannot be written, or too many runs wait.
    """
    return _start("train", training_settings(model, values), spec_of(model).title)


def start_tsne(values: Mapping[str, Any]) -> RunRecord:
    """Starts a t-SNE run of this visitor, or gives the one that already does just this.

    Raises:
        ValueError: a value breaks its rule.
        RunError: the run cannot be written, or too many runs wait.
    """
    config = TSNEConfig.from_dict(values)
    return _start("tsne", {"values": config.to_dict()}, config.title)


def _start(kind: str, settings: Mapping[str, Any], title: str) -> RunRecord:
    for run in store().active():
        if run.request.owner == visitor() and run.request.settings == settings:
            st.toast("You are already running these settings.", icon=":material/info:")
            return store().get(run.id)
    queue().check_room()
    record = store().create(kind, settings, title=title, owner=visitor())
    queue().submit(record)
    st.toast("Training started." if kind == "train" else "Run started.")
    return record


def is_active(record: RunRecord) -> bool:
    """Whether the run is being computed or waits for it."""
    return record.state.status in ACTIVE
