"""t-SNE as a generator: a config and points in, one frozen frame per iteration out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property

import torch
from torch import Tensor

from core.analysis.neighbours import nearest_on_map
from core.analysis.quality import (
    distance_ranks,
    label_agreement,
    trustworthiness,
)
from core.runs.control import RunControl
from core.runs.events import Run
from core.runs.saved_shapes import check_end
from core.tsne.affinities import PerplexityRange, check_perplexity
from core.tsne.config import TSNEConfig
from core.tsne.device import compute_device
from core.tsne.frame import FRAMES_FILE, POINTS_FILE, POSITIONS_FILE, Frame
from core.tsne.gradient import TSNEGradient
from core.tsne.learning_rates import requested_learning_rates
from core.tsne.maps import Maps
from core.tsne.optimizers import check_learning_rate

__all__ = ["FRAMES_FILE", "POINTS_FILE", "POSITIONS_FILE", "Frame", "TSNEConfig", "TSNERun"]

#: A run can go on from every frame whose iteration is a multiple of this.
RESUME_EVERY = 50
#: The measures of a map look at this many nearest neighbours.
NEIGHBOURS = 5
_MB = 10**6


class TSNERun(Run):
    """All optimizers on one t-SNE problem: the same points, the same P, the same start.

    Iterate it, once, to run it, on the device that the config names. `points` is (N, D), float32 or
    float64, N at least 2; `labels` and `indices`, (N,), say what the points are and where they come
    from, if anybody knows. `checkpoint` holds the tensors that a frame of an earlier run gave: with
    the same config the run goes on bit for bit as if it had never been stopped, and with more
    `iterations` it goes on beyond that run's end.

    Raises:
        ValueError: there are fewer than two points, or too few for the perplexity; or the device is
            not to be had here.

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008; exercise task 3.
    """

    def __init__(
        self,
        config: TSNEConfig,
        points: Tensor,
        labels: Tensor | None = None,
        indices: Tensor | None = None,
        *,
        checkpoint: Mapping[str, Tensor] | None = None,
    ) -> None:
        if len(points) < 2:
            raise ValueError(
                f"digits (={len(points)}) must be at least 2 for a map; choose more classes."
            )
        if config.affinity == "perplexity":
            check_perplexity(config.perplexity, len(points))
        device = compute_device(config.device)
        self.config = config
        self.points = points.to(device)
        self.labels = None if labels is None else labels.to(device)
        self.indices = indices
        self._checkpoint = checkpoint
        self._wanted_rates: dict[str, float] = {}
        self._obeyed_rates: dict[str, float] = {}

    def set_learning_rate(self, name: str, learning_rate: float) -> None:
        """Change an optimizer's learning rate from the next iteration on.

        The run can go on from that iteration's frame, so that the change is never taken back.

        Raises:
            ValueError: there is no such optimizer, or no optimiser can take this rate.
        """
        if name not in self.config.names:
            raise ValueError(
                f"{name} is not an optimiser of this run; it has {', '.join(self.config.names)}."
            )
        self._wanted_rates[name] = check_learning_rate(learning_rate)

    def obey(self, control: RunControl) -> None:
        """Take over the learning rates that visitors have requested since the last call."""
        for name, rate in requested_learning_rates(control, self.config.names).items():
            if self._obeyed_rates.get(name) != rate:
                self.set_learning_rate(name, rate)
                self._obeyed_rates[name] = rate

    def __iter__(self) -> Iterator[Frame]:
        config, checkpoint = self.config, self._checkpoint
        maps = self._start()
        affinities = config.affinities(self.points)
        gradient_of = TSNEGradient(affinities.joint, len(maps.names))
        perplexity = affinities.perplexity
        stride = self._stride()
        del affinities  # N x N that nobody needs any more
        if checkpoint is None:
            done, kept = 0, 0
        else:
            done, kept = int(checkpoint["iteration"]), int(checkpoint["kept"])
            check_end(done, config.iterations, "iterations")
            maps.load_checkpoint(checkpoint)
        maps.evaluate(gradient_of, self._exaggeration(done))
        if checkpoint is None:
            kept = 1
            yield self._frame(maps, 0, number=0, kept=kept, perplexity=perplexity)
        for iteration in range(done + 1, config.iterations + 1):
            changed = bool(self._wanted_rates)
            while self._wanted_rates:
                maps.set_learning_rate(*self._wanted_rates.popitem())
            maps.step()
            maps.evaluate(gradient_of, self._exaggeration(iteration))
            keeps = iteration % stride == 0 or iteration == config.iterations
            number, kept = (kept, kept + 1) if keeps else (None, kept)
            yield self._frame(maps, iteration, number=number, kept=kept, resumable=changed)

    def _start(self) -> Maps:
        """Make all maps at the same standard normal positions, which depend on the seed alone."""
        generator = torch.Generator().manual_seed(self.config.seed)
        start = torch.randn(len(self.points), 2, generator=generator).to(self.points)
        return Maps(start, dict(zip(self.config.names, self.config.optimizer_configs, strict=True)))

    def _stride(self) -> int:
        """Return the number of iterations between kept positions that the record limit asks for."""
        frame = len(self.config.optimizers) * len(self.points) * 2 * 2
        return math.ceil(frame * (self.config.iterations + 1) / (self.config.record_limit * _MB))

    def _exaggeration(self, iteration: int) -> float:
        """Return the factor by which P is multiplied in the step after this iteration."""
        config = self.config
        return config.exaggeration if iteration < config.exaggeration_iterations else 1.0

    def _frame(
        self,
        maps: Maps,
        iteration: int,
        *,
        number: int | None,
        kept: int,
        perplexity: PerplexityRange | None = None,
        resumable: bool = False,
    ) -> Frame:
        last = iteration == self.config.iterations
        positions = maps.positions.clone()
        agreement: dict[str, float] = {}
        trust: dict[str, float] = {}
        if last or iteration % self.config.quality_every == 0:
            agreement, trust = self._quality(dict(zip(maps.names, positions, strict=True)))
        saved: dict[str, Tensor] | None = None
        if last or resumable or iteration % RESUME_EVERY == 0:
            counters = {"iteration": iteration, "kept": kept}
            saved = {name: torch.tensor(value) for name, value in counters.items()}
            saved.update(maps.checkpoint())
        return Frame(
            progress=iteration / self.config.iterations,
            iteration=iteration,
            kl_divergence=dict(zip(maps.names, maps.divergences, strict=True)),
            gradient_norm=dict(zip(maps.names, maps.gradient_norms, strict=True)),
            learning_rate=dict(zip(maps.names, maps.learning_rates, strict=True)),
            positions=positions,
            number=number,
            agreement=agreement,
            trustworthiness=trust,
            perplexity=perplexity,
            points=self._points() if iteration == 0 else {},
            final=_by_name(maps, positions) if last else {},
            checkpoint_tensors=saved,
        )

    def _points(self) -> dict[str, Tensor]:
        known = {"labels": self.labels, "indices": self.indices}
        return {name: tensor for name, tensor in known.items() if tensor is not None}

    def _quality(self, maps: Mapping[str, Tensor]) -> tuple[dict[str, float], dict[str, float]]:
        """Return the label agreement and trustworthiness of each map, where they are defined."""
        agreement: dict[str, float] = {}
        trust: dict[str, float] = {}
        k = min(NEIGHBOURS, len(self.points) - 1)
        for name, positions in maps.items():
            neighbours = nearest_on_map(positions, k)
            if self.labels is not None:
                agreement[name] = label_agreement(neighbours, self.labels)
            if 2 * k < len(self.points):
                trust[name] = trustworthiness(neighbours, self._ranks)
        return agreement, trust

    @cached_property
    def _ranks(self) -> Tensor:
        return distance_ranks(self.points)


def _by_name(maps: Maps, positions: Tensor) -> dict[str, Tensor]:
    """Return each map's float32 positions, in memory of its own, as safetensors wants it."""
    copies = (each.to("cpu", torch.float32, copy=True) for each in positions)
    return dict(zip(maps.names, copies, strict=True))
