"""The models of runs and their results on all digits, computed once for all visitors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import streamlit as st
from torch import Tensor

from app.components.latent import Decoder, decoder_of
from app.server.shared import digits, store
from core.analysis.latent import encode, kl_per_dimension, reconstruction_errors
from core.data.data_sets import DATA_SETS, DataSet
from core.data.digits import Digits
from core.execution.turns import heavy_work
from core.runs.record import RunError, RunRecord
from core.training.config import TrainConfig
from core.training.record import checkpoint_epochs, load_model, model_name, read_configs
from models import Model, ModelSpec, spec_of
from models.variational import Variational


def saved_epochs(run_id: str) -> list[int]:
    """Return the epochs of a run whose weights are kept; none where the run is gone by now."""
    try:
        return checkpoint_epochs(store().get(run_id))
    except RunError:
        return []


@dataclass(frozen=True)
class TrainedModel:
    """The model of a run as it was after an epoch, and what it makes of all digits.

    What is computed is kept by the run's id and the epoch, and shared by all visitors. Whatever
    needs the weights raises a RunError if the run, or its checkpoint, is missing or damaged.
    """

    record: RunRecord
    epoch: int

    @classmethod
    def load(cls, record: RunRecord, epoch: int | None = None) -> Self:
        """Return the model after this epoch, or after the last one whose weights are saved.

        The weights are read, so that a damaged file is reported once, where the model is chosen.

        Raises:
            RunError: the weights cannot be used.
        """
        trained = cls(record, checkpoint_epochs(record)[-1] if epoch is None else epoch)
        _model(trained)
        return trained

    @property
    def id(self) -> str:
        """The run's id."""
        return self.record.id

    @property
    def title(self) -> str:
        """The run's title, which any visitor may have written."""
        return self.record.request.title

    @property
    def name(self) -> str:
        """The name of the kind of model in `MODELS`."""
        return model_name(self.record.request)

    @property
    def spec(self) -> ModelSpec:
        """The entry of the kind of model in `MODELS`."""
        return spec_of(self.name)

    @property
    def data(self) -> DataSet:
        """The data set that it learned from."""
        return DATA_SETS[self.training.data]

    @property
    def training(self) -> TrainConfig:
        """Return how it was trained."""
        return read_configs(self.record)[2]

    @property
    def train(self) -> Digits:
        """All training digits of its data set, (60000, 784), of all classes."""
        return digits("train", self.data.name)

    @property
    def test(self) -> Digits:
        """All test digits of its data set, (10000, 784)."""
        return digits("test", self.data.name)

    @property
    def model(self) -> Model:
        """The network with its weights, ready to be used."""
        return _model(self)

    @property
    def vae(self) -> Variational:
        """The same as a variational autoencoder; a RunError where it is another kind of model."""
        model = self.model
        if not isinstance(model, Variational):
            raise RunError(f"Run {self.id} is no variational autoencoder; choose one that is.")
        return model

    @property
    def decoder(self) -> Decoder:
        """Its decoder in the form in which browsers get it."""
        return _decoder(self)

    @property
    def test_errors(self) -> Tensor:
        """The mean squared error of each test digit's reconstruction, (10000,)."""
        return _test_errors(self)

    @property
    def test_codes(self) -> Tensor:
        """The code of each test digit, (10000, latent_dim)."""
        return _test_codes(self)

    @property
    def training_codes(self) -> Tensor:
        """The code of each training digit, (60000, latent_dim)."""
        return _training_codes(self)

    @property
    def dimension_kl(self) -> Tensor:
        """The mean KL to the prior of each dimension of a VAE over the test digits, in nats."""
        return _dimension_kl(self)


#: `hash_funcs` for Streamlit's caches of functions of trained models.
BY_ID_AND_EPOCH: dict[str | type[Any], Callable[[Any], Any]] = {
    TrainedModel: lambda trained: (trained.id, trained.epoch)
}


@st.cache_resource(max_entries=24, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _model(trained: TrainedModel) -> Model:
    return load_model(store().get(trained.id), trained.epoch)


@st.cache_resource(max_entries=24, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _decoder(trained: TrainedModel) -> Decoder:
    return decoder_of(trained.model)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _test_errors(trained: TrainedModel) -> Tensor:
    with st.spinner(trained.data.says("Rebuilding all 10,000 test digits …")):
        return reconstruction_errors(trained.model, trained.test.pixels)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _test_codes(trained: TrainedModel) -> Tensor:
    with st.spinner(trained.data.says("Encoding all 10,000 test digits …")):
        return encode(trained.model, trained.test.pixels)


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _training_codes(trained: TrainedModel) -> Tensor:
    model, pixels = trained.model, trained.train.pixels
    with st.spinner(trained.data.says("Encoding all 60,000 training digits …")), heavy_work:
        return encode(model, pixels)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _dimension_kl(trained: TrainedModel) -> Tensor:
    return kl_per_dimension(trained.vae, trained.test.pixels)
