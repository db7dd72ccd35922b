"""What a t-SNE run maps: pixels of digits, the codes a trained model gives them, or noise."""

from __future__ import annotations

import torch
from torch import Tensor

from core.digits import Digits, load_digits
from core.latent import encode
from core.record import RunError
from core.store import RunStore
from core.tsne_config import TSNEConfig

PIXELS, NOISE = "pixels", "noise"


def chosen_digits(config: TSNEConfig) -> tuple[Digits, Tensor]:
    """The training digits that take part, and their numbers among all of them, (N,)."""
    train = load_digits("train")
    indices = config.choose(train.labels)
    return train.take(indices), indices


def source_of(run_id: str, epoch: int) -> str:
    """The source that stands for the codes of a run's model after this epoch."""
    return f"{run_id}@{epoch}"


def points_of(config: TSNEConfig, digits: Digits, store: RunStore) -> Tensor:
    """The points to map, (N, D), for these digits.

    Noise has as many dimensions as digits have pixels, each uniform in [0, 1]: nothing to find, as
    a control.

    Raises:
        RunError: the source is a run that is not here, or has no saved weights.
    """
    if config.source == PIXELS:
        return digits.pixels
    if config.source == NOISE:
        generator = torch.Generator().manual_seed(config.seed)
        return torch.rand(digits.pixels.shape, generator=generator)
    run_id, _, epoch = config.source.partition("@")
    record = store.get(run_id)
    epochs = record.checkpoint_epochs
    if not epochs or not (epoch or "0").isdecimal():
        raise RunError(
            f"source (={config.source}) names no saved weights to take codes from; choose another."
        )
    return encode(record.model(int(epoch) if epoch else epochs[-1]), digits.pixels)
