"""Read what a training has written into its run's folder.

`core.runs.record.RunRecord` knows what every kind of run has; this module knows what a training
adds: configs, weights and preview pictures.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.runs.record import RunError, RunRecord, RunRequest
from core.runs.state import RUN
from core.runs.tensor_files import read_tensors
from core.training.config import TrainConfig, training_configs
from core.training.usable_model import check_output
from models import Config, Model, build

#: A growing file: ten digits as the model gets them, then as it rebuilds them, after each epoch;
#: uint8.
PREVIEW_FILE = "preview.u8"
PREVIEW_SHAPE = (2, 10, 784)
#: A growing file: the same ten digits as the model rebuilds them within the first epoch, when it
#: learns fastest; uint8. Runs of older versions have none.
FIRST_EPOCH_FILE = "first-epoch.u8"
FIRST_EPOCH_SHAPE = (10, 784)

_WAY_OUT = "choose another epoch, or train it again"


def model_name(request: RunRequest) -> str:
    """Return the name in `MODELS` of the model that a training is asked for; empty for others."""
    return request.settings.get("model") or ""


def weights_file(epoch: int) -> str:
    """Return the name of the file with the weights after this epoch."""
    return f"epoch-{epoch:03d}.safetensors"


def checkpoint_epochs(record: RunRecord) -> list[int]:
    """Return the epochs whose weights are on disk, ascending."""
    names = (path.stem[6:] for path in record.folder.glob("epoch-*.safetensors"))
    return sorted(int(name) for name in names if name.isdecimal())


def epoch_rows(record: RunRecord) -> list[dict[str, Any]]:
    """Return the rows of the history that tell of a whole epoch.

    `core.training.events.Epoch.row` says what is in them.

    Raises:
        RunError: the history is damaged.
    """
    return [row for row in record.history() if row["event"] == "epoch"]


def read_configs(record: RunRecord) -> tuple[str, Config, TrainConfig]:
    """Return what a training was asked for: the model's name, its config and the training's.

    Raises:
        RunError: this version of the lab cannot do what was asked for.
    """
    settings = record.request.settings
    model, config, training = (settings.get(name) for name in ("model", "config", "training"))
    if not isinstance(model, str) or config is None or training is None:
        raise RunError(f"The {RUN} of run {record.id} names no model or no settings for it.")
    try:
        return model, *training_configs(model, config, training)
    except (ValueError, OverflowError) as error:
        raise RunError(f"What the {RUN} of run {record.id} asks for cannot be: {error}") from None


def read_weights(record: RunRecord, epoch: int) -> dict[str, Tensor]:
    """Return the model's weights after this epoch, by parameter name.

    Raises:
        RunError: they are missing, damaged, or not all finite.
    """
    return read_tensors(_path(record, epoch), _WAY_OUT)[0]


def load_model(record: RunRecord, epoch: int) -> Model:
    """Return the run's model as it was after this epoch, ready to be used (not trained on).

    Raises:
        RunError: the weights are missing, damaged, not all finite, of another shape than the config
            says, or so large that the model computes NaN or infinite numbers.
    """
    weights = read_weights(record, epoch)
    name, config, training = read_configs(record)
    model = build(name, config, training.seed)
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise RunError(
            f"The weights of run {record.id} after epoch {epoch} do not fit the model it says it "
            f"is ({str(error).splitlines()[-1].strip()}); {_WAY_OUT}."
        ) from None
    model.eval().requires_grad_(False)
    check_output(model, _path(record, epoch), _WAY_OUT)
    return model


def read_previews(record: RunRecord) -> NDArray[np.uint8]:
    """Return the preview pictures: uint8 (epochs + 1, *PREVIEW_SHAPE), epoch 0 first."""
    return _pictures(record, PREVIEW_FILE, PREVIEW_SHAPE)


def read_first_epoch_previews(record: RunRecord) -> NDArray[np.uint8]:
    """Return what was rebuilt within the first epoch: uint8 (count, *FIRST_EPOCH_SHAPE)."""
    return _pictures(record, FIRST_EPOCH_FILE, FIRST_EPOCH_SHAPE)


def _pictures(record: RunRecord, name: str, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return the complete pictures of a growing file, (count, *shape)."""
    content = record.read_bytes(name)
    size = math.prod(shape)
    whole = len(content) // size
    return np.frombuffer(content[: whole * size], np.uint8).reshape(whole, *shape)


def _path(record: RunRecord, epoch: int) -> Path:
    return record.folder / weights_file(epoch)
