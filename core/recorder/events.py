"""What a recorder writes down of a program's loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.runs.events import Event
from core.training.record import PREVIEW_FILE, weights_file
from core.tsne.frame import FRAMES_FILE, MAP, POINTS_FILE, POSITIONS_FILE


@dataclass(frozen=True, kw_only=True)
class Started(Event):
    """The beginning: the weights before any training, or which points a map has."""

    weights: Mapping[str, Tensor] = field(default_factory=dict, repr=False)
    points: Mapping[str, Tensor] = field(default_factory=dict, repr=False)

    def row(self) -> dict[str, Any]:
        return {"event": "start"}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        files = {weights_file(0): self.weights, POINTS_FILE: self.points}
        return {name: tensors for name, tensors in files.items() if tensors}


@dataclass(frozen=True, kw_only=True)
class RecordedEpoch(Event):
    """An epoch of a program's loop; the first is 1.

    `train` and `validation` are what the program says of it; `seconds` is how long it took.
    `preview` is uint8 (2, 10, 784) as in `core.training.events.Epoch`, and `number` its place among
    the previews; None without one. `outputs` are the lowest and the highest pixel of the rebuilt
    digits before they were cut to 0 to 1. `weights` is empty where the model is too large to keep.
    """

    epoch: int
    train: Mapping[str, float]
    validation: Mapping[str, float]
    seconds: float
    number: int | None
    preview: Tensor | None = field(repr=False)
    outputs: tuple[float, float] | None
    weights: Mapping[str, Tensor] = field(repr=False)

    def row(self) -> dict[str, Any]:
        return {
            "event": "epoch",
            "epoch": self.epoch,
            "train": dict(self.train),
            "validation": dict(self.validation),
            "seconds": round(self.seconds, 4),
            "preview": self.number,
            "outputs": self.outputs and [float(f"{value:.4g}") for value in self.outputs],
        }

    def appended(self) -> Mapping[str, bytes]:
        return {} if self.preview is None else {PREVIEW_FILE: self.preview.numpy().tobytes()}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        return {weights_file(self.epoch): self.weights} if self.weights else {}


@dataclass(frozen=True, kw_only=True)
class RecordedFrame(Event):
    """A map of a program's loop: `positions`, float32 (N, 2), and its KL divergence in nats.

    `number` counts the frames from 0. The row names the divergence only where it is known.
    """

    iteration: int
    number: int
    positions: NDArray[np.float32] = field(repr=False)
    kl_divergence: float | None

    def row(self) -> dict[str, Any]:
        return {
            "event": "frame",
            "frame": self.number,
            "iteration": self.iteration,
            "kl_divergence": {MAP: self.kl_divergence},
        }

    def appended(self) -> Mapping[str, bytes]:
        largest = np.finfo(np.float16).max
        return {FRAMES_FILE: self.positions.clip(-largest, largest).astype(np.float16).tobytes()}


@dataclass(frozen=True, kw_only=True)
class FinalMap(Event):
    """The end of a map: its last positions with all their digits."""

    positions: NDArray[np.float32] = field(repr=False)

    def row(self) -> dict[str, Any]:
        return {"event": "end"}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        return {POSITIONS_FILE: {MAP: torch.from_numpy(self.positions)}}
