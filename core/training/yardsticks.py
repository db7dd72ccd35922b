"""Measure how well PCA and the mean picture rebuild test digits, which need no training."""

from __future__ import annotations

from functools import lru_cache

from torch import Tensor

from core.analysis.pca import PCA
from core.data.digits import load_digits
from core.training.config import TrainConfig
from core.training.run import validation_generator
from models import Config, build


@lru_cache(maxsize=4)
def pca_of(digits: int) -> PCA:
    """Return PCA of the first so many training digits, which a run of as many learns from."""
    return PCA.fit(load_digits("train").pixels[:digits])


def pca_errors(model: str, config: Config, training: TrainConfig) -> Tensor:
    """Return the mean squared error per pixel of PCA with 0 to 784 numbers, float64 (785,).

    It is that on the test digits, given as the run's model gets them when its test loss is
    measured: with the same noise, if any. With 0 numbers it is the error of the mean picture.
    """
    network = build(model, config, training.seed)
    if not network.trained_noise:
        return _clean_errors(training.digits)
    pixels = load_digits("test").pixels
    noisy = network.corrupt(pixels, validation_generator(training.seed))
    return pca_of(training.digits).errors(pixels, noisy)


@lru_cache(maxsize=4)
def _clean_errors(digits: int) -> Tensor:
    return pca_of(digits).errors(load_digits("test").pixels)


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
