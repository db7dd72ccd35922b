"""What measures read of a finished training."""

from __future__ import annotations

import torch
from torch import Tensor

from core.data.digits import Digits
from core.runs.record import RunError, RunRecord
from core.training.learned_digits import test_digits
from core.training.record import checkpoint_epochs, epoch_rows, load_model, read_configs
from models import Model, spec_of

#: So many digits go through a model at once.
_CHUNK = 2000


def last_epoch(run: RunRecord) -> int:
    """Return the last epoch of a run whose weights are kept.

    Raises:
        RunError: there is none.
    """
    epochs = checkpoint_epochs(run)
    if not epochs:
        raise RunError(f"Run {run.id} has no saved weights; start it again.")
    return epochs[-1]


def model_of(run: RunRecord, epoch: int | None = None) -> Model:
    """Return the model of a run after an epoch, after its last one by default.

    Raises:
        RunError: its weights cannot be used.
    """
    return load_model(run, last_epoch(run) if epoch is None else epoch)


def digits_of(run: RunRecord, count: int | None = None) -> Digits:
    """Return the first test digits of the data set of a run, all 10,000 by default."""
    digits = test_digits(read_configs(run)[2])
    return digits if count is None else digits.take(slice(0, count))


@torch.inference_mode()
def outputs(model: Model, pixels: Tensor) -> Tensor:
    """Return what a model makes of pictures (N, 784), in [0, 1]."""
    return torch.cat([model(x) for x in pixels.split(_CHUNK)])


def mean_error(pictures: Tensor, clean: Tensor) -> float:
    """Return the mean squared error per pixel of pictures (N, 784) against the clean ones."""
    return float((pictures - clean).square().mean(dtype=torch.float64))


def recorded_errors(run: RunRecord) -> list[float]:
    """Return the mean squared error per pixel on the test digits after each epoch, 0 first.

    It is the term of the rebuilt picture alone, as the run has recorded it.

    Raises:
        RunError: the history is damaged or empty.
    """
    name, config, _ = read_configs(run)
    term = spec_of(name).model.picture_term(config)
    values = [row["validation"].get(term) for row in epoch_rows(run)]
    if not values or any(not isinstance(value, int | float) for value in values):
        raise RunError(f"The history of run {run.id} lacks test errors; start it again.")
    return values
