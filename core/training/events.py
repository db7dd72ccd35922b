"""What a training tells while it runs: its steps and its epochs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from core.runs.events import Event
from core.training.record import FIRST_EPOCH_FILE, PREVIEW_FILE, weights_file


@dataclass(frozen=True, kw_only=True)
class Step(Event):
    """The mean of each training term since the last step event.

    Ten come an epoch, the last one with its last batch; fewer where it has fewer batches.
    `preview` is uint8 (10, 784) at some steps of the first epoch: the ten digits of every `Epoch`
    as the model rebuilds them at this moment.
    """

    epoch: float
    train: Mapping[str, float]
    preview: Tensor | None = None

    def row(self) -> dict[str, Any]:
        return {
            "event": "step",
            "epoch": round(self.epoch, 4),
            "train": dict(self.train),
        }

    def appended(self) -> Mapping[str, bytes]:
        if self.preview is None:
            return {}
        return {FIRST_EPOCH_FILE: self.preview.numpy().tobytes()}


@dataclass(frozen=True, kw_only=True)
class Epoch(Event):
    """An epoch that is over; epoch 0 is the untrained model.

    `train` holds the means over the epoch's batches (empty for epoch 0), `validation` the terms on
    all test digits after it; `seconds` is how long this epoch took, with what its reader did
    at each `Step` but without the validation.
    `preview` is uint8 (2, 10, 784): ten digits as the model gets them, then as it rebuilds them.
    `weights` is set for the epochs that are kept.
    """

    epoch: int
    epochs: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    seconds: float
    images_per_second: float
    preview: Tensor
    weights: Mapping[str, Tensor] | None = field(repr=False)
    checkpoint_tensors: Mapping[str, Tensor] = field(repr=False)

    def row(self) -> dict[str, Any]:
        return {
            "event": "epoch",
            "epoch": self.epoch,
            "train": dict(self.train),
            "validation": dict(self.validation),
            "seconds": round(self.seconds, 4),
            "images_per_second": round(self.images_per_second),
        }

    def appended(self) -> Mapping[str, bytes]:
        # The second file does not grow here. It is named so that a run that is continued from this
        # epoch cuts it back to its length at this moment.
        return {PREVIEW_FILE: self.preview.numpy().tobytes(), FIRST_EPOCH_FILE: b""}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        return {} if self.weights is None else {weights_file(self.epoch): self.weights}

    def summary(self) -> str:
        return f"epoch {self.epoch}, test loss {self.validation['loss']:.5f}"

    def checkpoint(self) -> Mapping[str, Tensor]:
        return self.checkpoint_tensors
