"""The events of a t-SNE run, and how they are written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.runs.events import Event
from core.tsne.affinities import PerplexityRange

FRAMES_FILE = "frames.f16"
POSITIONS_FILE = "positions.safetensors"
POINTS_FILE = "points.safetensors"
#: What the files of a map call it that a program has recorded, of which a run has one.
MAP = "map"
_LARGEST_FLOAT16 = torch.finfo(torch.float16).max


@dataclass(frozen=True, kw_only=True)
class Preparation(Event):
    """Something that comes before the first iteration and takes a while; `share` of it is done."""

    phase: str
    share: float

    def row(self) -> dict[str, Any]:
        return {"event": "preparation", "phase": self.phase, "share": round(self.share, 3)}


@dataclass(frozen=True, kw_only=True)
class Frame(Event):
    """All maps after an iteration; iteration 0 is the start.

    Mappings go by the maps' names, in the config's order. `kl_divergence` is in nats and of these
    positions, and empty where it was not measured; `gradient_norm` is that of the gradient there,
    which the next step takes (with P exaggerated, while it is); `learning_rate` the one that led
    here. `positions` is (maps, N, 2). `number` counts the frames that are kept in `frames.f16`,
    from 0; None for one that is not. `agreement` and `trustworthiness`, of five neighbours, are
    empty where not measured. `perplexity`, `perplexities` of maps that have one of their own,
    `engine` and `points` come with the start only, `final` positions with the last iteration.
    """

    iteration: int
    kl_divergence: Mapping[str, float]
    gradient_norm: Mapping[str, float]
    learning_rate: Mapping[str, float]
    positions: Tensor = field(repr=False)
    number: int | None
    agreement: Mapping[str, float]
    trustworthiness: Mapping[str, float]
    perplexity: PerplexityRange | None = None
    perplexities: Mapping[str, PerplexityRange] = field(default_factory=dict)
    engine: str | None = None
    points: Mapping[str, Tensor] = field(default_factory=dict, repr=False)
    final: Mapping[str, Tensor] = field(default_factory=dict, repr=False)
    checkpoint_tensors: Mapping[str, Tensor] | None = field(default=None, repr=False)

    def row(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "event": "frame",
            "iteration": self.iteration,
            "frame": self.number,
            "gradient_norm": dict(self.gradient_norm),
            "learning_rate": dict(self.learning_rate),
        }
        if self.kl_divergence:
            row["kl_divergence"] = dict(self.kl_divergence)
        if self.agreement:
            row["agreement"] = dict(self.agreement)
        if self.trustworthiness:
            row["trustworthiness"] = dict(self.trustworthiness)
        if self.perplexity is not None:
            row["perplexity"] = asdict(self.perplexity)
        if self.perplexities:
            row["perplexities"] = {name: asdict(own) for name, own in self.perplexities.items()}
        if self.engine is not None:
            row["engine"] = self.engine
        return row

    def summary(self) -> str:
        if not self.agreement:
            return ""
        kls = ", ".join(f"{name} {value:.4f}" for name, value in self.kl_divergence.items())
        return f"iteration {self.iteration}, KL {kls}"

    def appended(self) -> Mapping[str, bytes]:
        """Return `positions` as float16, in the same shape; no bytes if they are not kept."""
        if self.number is None:
            return {FRAMES_FILE: b""}
        within = self.positions.clamp(-_LARGEST_FLOAT16, _LARGEST_FLOAT16)
        return {FRAMES_FILE: within.to("cpu", torch.float16).numpy().tobytes()}

    def tensors(self) -> Mapping[str, Mapping[str, Tensor]]:
        files = {POINTS_FILE: self.points, POSITIONS_FILE: self.final}
        return {name: tensors for name, tensors in files.items() if tensors}

    def checkpoint(self) -> Mapping[str, Tensor] | None:
        return self.checkpoint_tensors
