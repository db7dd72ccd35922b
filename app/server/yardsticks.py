"""Measure autoencoders against PCA and the mean picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st
from torch import Tensor

from core.analysis.pca import PCA
from core.data.data_sets import DATA_SETS
from core.execution.turns import heavy_work
from core.runs.record import RunRecord
from core.training.config import TrainConfig
from core.training.record import read_configs
from core.training.yardsticks import pca_errors, pca_of
from models import PIXELS, spec_of
from models.autoencoder import AutoencoderConfig
from models.stack import StackConfig


@dataclass(frozen=True, kw_only=True, eq=False)
class Yardsticks:
    """PCA of the digits that a run learns from, with as many numbers as its codes have.

    `errors`, float64 (785,), are its mean squared errors per pixel with 0 to 784 numbers, on the
    test digits as the run's model gets them; with 0 numbers it is the mean picture.
    """

    numbers: int
    errors: Tensor
    pca: PCA

    @property
    def title(self) -> str:
        return f"PCA, {self.numbers} number{'s' if self.numbers > 1 else ''}"

    @property
    def error(self) -> float:
        """The error with as many numbers as the codes have."""
        return float(self.errors[self.numbers])

    @property
    def mean_error(self) -> float:
        """The error of the mean picture."""
        return float(self.errors[0])

    def reconstruct(self, pixels: Tensor) -> Tensor:
        """Return digits (N, 784) as PCA rebuilds them, cut to [0, 1] as pictures are."""
        return self.pca.reconstruct(pixels, self.numbers).clamp(0, 1)


def yardsticks_of(record: RunRecord) -> Yardsticks | None:
    """Return the yardsticks of an autoencoder's run; None for another kind of model.

    Raises:
        RunError: this version of the lab cannot do what the run asks for.
    """
    name, config, training = read_configs(record)
    # A variational autoencoder has a loss of another kind.
    if not isinstance(config, AutoencoderConfig | StackConfig) or spec_of(name).model.has_posterior:
        return None
    return _found(name, config, training)


# Looked up without the lock, for which a page that is drawn twice a second must not wait.
@lru_cache(maxsize=64)
def _found(name: str, config: AutoencoderConfig | StackConfig, training: TrainConfig) -> Yardsticks:
    fitting = DATA_SETS[training.data].says("Fitting PCA to the training digits …")
    with st.spinner(fitting), heavy_work:
        errors = pca_errors(name, config, training)
        pca = pca_of(training)
    return Yardsticks(numbers=min(config.latent_dim, PIXELS), errors=errors, pca=pca)
