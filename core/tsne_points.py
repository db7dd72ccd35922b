"""What a t-SNE run maps: pixels of digits, the codes a trained model gives them, or noise."""

from __future__ import annotations

import torch
from torch import Tensor

from core.digits import Digits, load_digits
from core.latent import encode
from core.record import RunError
from core.store import RunStore
from core.tsne_config import TSNEConfig

FROM_PIXELS, FROM_NOISE = "pixels", "noise"


def chosen_digits(config: TSNEConfig) -> tuple[Digits, Tensor]:
    """The training digits that take part, and their numbers among all of them, (N,)."""
    train = load_digits("train")
    indices = config.choose(train.labels)
    return train.take(indices), indices


def source_of(run_id: str, epoch: int) -> str:
    """The source that stands for the codes of a run's model after this epoch."""
    return f"{run_id}@{epoch}"


def pinned_source(source: str, store: RunStore) -> str:
    """The same source with the epoch in it: a run that is still trained has others tomorrow.

    Raises:
        RunError: the source is a run that is not here, or has no saved weights.
    """
    if source in (FROM_PIXELS, FROM_NOISE) or "@" in source:
        return source
    epochs = store.get(source).checkpoint_epochs
    if not epochs:
        raise _no_weights(source)
    return source_of(source, epochs[-1])


def points_of(config: TSNEConfig, digits: Digits, store: RunStore) -> Tensor:
    """The points to map, (N, D), for these digits.

    Noise has as many dimensions as digits have pixels, each uniform in [0, 1]: nothing to find, as
    a control.

    Raises:
        RunError: the source is a run that is not here, or has no saved weights.
    """
    if config.source == FROM_PIXELS:
        return digits.pixels
    if config.source == FROM_NOISE:
        generator = torch.Generator().manual_seed(config.seed)
        return torch.rand(digits.pixels.shape, generator=generator)
    run_id, _, epoch = config.source.partition("@")
    record = store.get(run_id)
    epochs = record.checkpoint_epochs
    if not epochs or not (epoch or "0").isdecimal():
        raise _no_weights(config.source)
    return encode(record.model(int(epoch) if epoch else epochs[-1]), digits.pixels)


def _no_weights(source: str) -> RunError:
    return RunError(
        f"source (={source}) names no saved weights to take codes from; choose another."
    )
