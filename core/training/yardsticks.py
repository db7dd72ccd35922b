"""Measure how well PCA and the mean picture rebuild test digits, which need no training."""

from __future__ import annotations

from functools import lru_cache

from torch import Tensor

from core.analysis.pca import PCA
from core.data.digits import load_digits
from core.training.config import TrainConfig
from core.training.learned_digits import learned_from
from core.training.run import validation_generator
from models import Config, build


def pca_of(training: TrainConfig) -> PCA:
    """Return PCA of the digits that a training learns from."""
    return _fitted(training.data, training.digits, training.held_out)


@lru_cache(maxsize=4)
def _fitted(data: str, digits: int, held_out: int) -> PCA:
    training = TrainConfig(data=data, digits=digits, held_out=held_out)
    return PCA.fit(learned_from(load_digits("train", data), training).pixels)


def pca_errors(model: str, config: Config, training: TrainConfig) -> Tensor:
    """Return the mean squared error per pixel of PCA with 0 to 784 numbers, float64 (785,).

    It is that on the test digits, given as the run's model gets them when its test loss is
    measured: with the same noise, if any. With 0 numbers it is the error of the mean picture.
    """
    network = build(model, config, training.seed)
    if not network.trained_noise:
        return _clean_errors(training.data, training.digits, training.held_out)
    pixels = load_digits("test", training.data).pixels
    noisy = network.corrupt(pixels, validation_generator(training.seed))
    return pca_of(training).errors(pixels, noisy)


@lru_cache(maxsize=4)
def _clean_errors(data: str, digits: int, held_out: int) -> Tensor:
    return _fitted(data, digits, held_out).errors(load_digits("test", data).pixels)


def first_better(errors: list[float | None], yardstick: float) -> int | None:
    """Return the epoch from which on every error is below the yardstick; None if the last is not.

    `errors` are those after the epochs 0, 1, ...; None is one that is not known, and not below.
    """
    found: int | None = None
    for epoch, error in enumerate(errors):
        if error is None or error >= yardstick:
            found = None
        elif found is None:
            found = epoch
    return found
