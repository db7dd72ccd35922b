"""Check all that the folder of a training from a bundle holds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import torch

from core.export.checked_run import (
    GENERATOR,
    check_files,
    check_numbers,
    check_tensors,
    is_count,
    is_finite,
    row_damaged,
)
from core.runs.opening import size_of
from core.runs.record import CHECKPOINT, HISTORY, OLD_CHECKPOINT, RunRecord
from core.runs.tensor_files import read_tensors
from core.training.checkpoint import load_checkpoint
from core.training.config import TrainConfig, check_room
from core.training.optimizer import make_optimizer, state_shapes
from core.training.record import (
    FIRST_EPOCH_FILE,
    FIRST_EPOCH_SHAPE,
    PREVIEW_FILE,
    PREVIEW_SHAPE,
    checkpoint_epochs,
    read_configs,
    read_weights,
    weights_file,
)
from core.training.run import PREVIEW_STEPS, STEPS_PER_EPOCH
from core.training.usable_model import check_output
from models import Config, Model, build, spec_of

_WAY_OUT = "export it again"
_FILES = r"(preview|first-epoch)\.u8|epoch-\d{3}\.safetensors"


def check_training(record: RunRecord) -> None:
    """Check a training: settings, history, pictures, weights and checkpoint.

    Raises:
        ValueError: something in it is not as a training writes it; the reason.
        RunError: the same, or a file cannot be read.
    """
    name, config, training = read_configs(record)
    check_room(name, config, training)
    check_files(record, _FILES)
    last = _check_history(record, name, config, training)
    if record.state.status == "done" and last != training.epochs:
        raise ValueError(
            f"it says that it is done, and has {max(last, 0)} of {training.epochs} epochs"
        )
    _check_size(record, PREVIEW_FILE, training.epochs + 1, math.prod(PREVIEW_SHAPE))
    _check_size(record, FIRST_EPOCH_FILE, len(PREVIEW_STEPS), math.prod(FIRST_EPOCH_SHAPE))
    model = build(name, config, training.seed)
    for epoch in checkpoint_epochs(record):
        if epoch > last + 1:  # the row of an epoch comes after its weights
            raise ValueError(f"it has weights of epoch {epoch}, and {max(last, 0)} epochs are over")
        weights = read_weights(record, epoch)
        check_tensors(weights, model.state_dict(), weights_file(epoch))
        model.load_state_dict(weights)
        check_output(model, record.folder / weights_file(epoch), _WAY_OUT)
    for file in (CHECKPOINT, OLD_CHECKPOINT):
        if (record.folder / file).exists():
            _check_checkpoint(record, file, model, training, last)


def _check_history(record: RunRecord, name: str, config: Config, training: TrainConfig) -> int:
    """Check the rows of the history; return the last epoch that is over, -1 without any."""
    terms = spec_of(name).model.terms(config)
    last, steps = -1, 0
    for row in record.history():
        epoch = row.get("epoch")
        if not is_finite(epoch, 0, training.epochs):
            raise row_damaged()
        match row["event"]:
            case "step":
                steps += 1
                check_numbers(row, "train", terms)
                if steps > STEPS_PER_EPOCH * training.epochs:
                    raise row_damaged()
            case "epoch":
                if epoch != last + 1 or not is_count(epoch, training.epochs):
                    raise row_damaged()
                last += 1
                check_numbers(row, "train", terms)
                check_numbers(row, "validation", terms, needed=("loss",))
                for of_time in ("seconds", "images_per_second"):
                    if not is_finite(row.get(of_time, 0), 0):
                        raise row_damaged()
            case _:
                raise row_damaged()
    return last


def _check_size(record: RunRecord, file: str, most: int, one: int) -> None:
    """Check that a file of pictures, of so many bytes each, holds no more than `most`."""
    if len(record.read_bytes(file)) > most * one:
        raise ValueError(f"its {file} holds more pictures than its {most - 1} epochs have")


def _check_checkpoint(
    record: RunRecord, file: str, model: Model, training: TrainConfig, last: int
) -> None:
    """Check that the run can go on from its checkpoint."""
    tensors, metadata = read_tensors(record.folder / file, _WAY_OUT)
    epoch = tensors.get("epoch")
    if epoch is None or epoch.dtype != torch.int64 or epoch.numel() != 1:
        raise ValueError(f"its {file} does not say after which epoch it was made")
    if not 0 <= int(epoch) <= min(max(last, 0), training.epochs):
        raise ValueError(f"its {file} is of an epoch that it has not reached")
    optimizer = make_optimizer(training, model.parameters())
    wanted = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    wanted |= state_shapes(optimizer) if int(epoch) else {}
    wanted |= {"generator": GENERATOR, "epoch": torch.tensor(0)}
    check_tensors({**tensors, "epoch": tensors["epoch"].reshape(())}, wanted, file)
    check_lengths(record, metadata, (HISTORY, PREVIEW_FILE, FIRST_EPOCH_FILE), file)
    try:
        load_checkpoint(model, optimizer, torch.Generator(), tensors)
    except RuntimeError:  # bytes that are no state of a generator
        raise ValueError(f"its {file} holds no state of random numbers") from None


def check_lengths(
    record: RunRecord, metadata: dict[str, str], files: tuple[str, ...], checkpoint: str
) -> None:
    """Check the lengths of growing files to which a checkpoint would cut them back.

    Raises:
        ValueError: they name other files, or are longer than those are.
    """
    lengths = json.loads(metadata.get("lengths", ""))
    if not isinstance(lengths, dict) or not set(lengths) <= set(files):
        raise ValueError(f"its {checkpoint} does not fit its other files")
    for name, length in lengths.items():
        if not is_count(length, _size(record.folder / name)):
            raise ValueError(f"its {checkpoint} does not fit its other files")


def _size(path: Path) -> int:
    return size_of(path) if path.exists() else 0
