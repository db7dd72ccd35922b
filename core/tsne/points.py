"""The points that a t-SNE run maps: pixels of digits, their codes in a trained model, or noise."""

from __future__ import annotations

import torch
from torch import Tensor

from core.analysis.latent import encode
from core.data.data_sets import DATA_SETS
from core.data.digits import Digits, all_labels, digits_at
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model, read_configs
from core.tsne.config import TSNEConfig

FROM_PIXELS, FROM_NOISE = "pixels", "noise"


def chosen_digits(config: TSNEConfig) -> tuple[Digits, Tensor]:
    """Return the digits that take part, and their indices among all 70,000, (N,)."""
    indices = config.choose(all_labels(config.data))
    return digits_at(indices, config.data), indices


def source_of(run_id: str, epoch: int) -> str:
    """Return the source that stands for the codes of a run's model after this epoch."""
    return f"{run_id}@{epoch}"


def pinned_source(source: str, data: str, store: RunStore) -> str:
    """Check a source of points of a data set, and return it with its epoch.

    A run that is still trained gets others later.

    Call it before the folder of a run is made.

    Raises:
        RunError: the source is a run that is not here, that learns from other data, or whose
            weights cannot be used.
    """
    if source in (FROM_PIXELS, FROM_NOISE):
        return source
    record, epoch = _found(source, store)
    _check_data(record, data)
    load_model(record, epoch)
    return source_of(record.id, epoch)


def points_of(config: TSNEConfig, digits: Digits, store: RunStore) -> Tensor:
    """Return what is mapped of these digits, (N, D).

    Pixels of many digits go through PCA when a run begins; here they are whole.

    Noise has as many dimensions as digits have pixels, each uniform in [0, 1]: it has no structure
    and serves as a control.

    Raises:
        RunError: the source is a run that is not here, that learns from other data, or whose
            weights cannot be used.
    """
    if config.source == FROM_PIXELS:
        return digits.pixels
    if config.source == FROM_NOISE:
        generator = torch.Generator().manual_seed(config.seed)
        return torch.rand(digits.pixels.shape, generator=generator)
    record, epoch = _found(config.source, store)
    _check_data(record, config.data)
    return encode(load_model(record, epoch), digits.pixels)


def _check_data(record: RunRecord, data: str) -> None:
    """Check that a model learns from the data set that is mapped.

    Raises:
        RunError: it learns from another one.
    """
    learned = read_configs(record)[2].data
    if learned != data:
        raise RunError(
            f"Run {record.id} learns from {DATA_SETS[learned].title}, so it has no codes for "
            f"{DATA_SETS[data].title}; choose a model of the same data set."
        )


def _found(source: str, store: RunStore) -> tuple[RunRecord, int]:
    """Return the run that a source names, and the epoch: without one, the last that is saved.

    Raises:
        RunError: there is no such run or epoch.
    """
    run_id, at, text = source.partition("@")
    try:
        record = store.get(run_id)
    except RunError as error:
        raise RunError(f"source (={source[:80]}) cannot be mapped: {error}") from None
    epochs = checkpoint_epochs(record)
    if not epochs:
        raise RunError(
            f"source (={source}) cannot be mapped: run {run_id} has no saved weights. Choose "
            f"{FROM_PIXELS}, {FROM_NOISE} or another run."
        )
    epoch = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    if at and epoch not in epochs:
        raise RunError(
            f"source (={source[:80]}) cannot be mapped: epoch {text[:20] or '?'} of run {run_id} "
            f"is not saved. Choose one of {', '.join(map(str, epochs))}."
        )
    return record, epochs[-1] if epoch is None else epoch
