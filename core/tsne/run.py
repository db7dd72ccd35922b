"""t-SNE as a generator: a config and points in, one frozen frame for each iteration out."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch
from torch import Tensor

from core.runs.control import RunControl
from core.runs.events import Run
from core.runs.saved_shapes import check_end
from core.tsne.affinities import PerplexityRange
from core.tsne.config import TSNEConfig
from core.tsne.device import compute_device
from core.tsne.engine import EXACT, check_engine
from core.tsne.frame import FRAMES_FILE, POINTS_FILE, POSITIONS_FILE, Frame, Preparation
from core.tsne.learning_rates import requested_learning_rates
from core.tsne.map_quality import MapQuality
from core.tsne.maps import Maps
from core.tsne.optimizers import check_learning_rate
from core.tsne.pace import requested_pace
from core.tsne.preparation import Prepared, prepare

__all__ = ["FRAMES_FILE", "POINTS_FILE", "POSITIONS_FILE", "Frame", "TSNEConfig", "TSNERun"]

#: A run can go on from every frame whose iteration is a multiple of this.
RESUME_EVERY = 50
_MB = 10**6


class TSNERun(Run):
    """Several maps of the same points; they share what their settings do not tell apart.

    Iterate it, once, to run it, on the device that the config names. `points` is (N, D), float32 or
    float64, N at least 2; `labels` and `indices`, (N,), say what the points are and where they come
    from, if anybody knows. `checkpoint` holds the tensors that a frame of an earlier run gave: with
    the same config the run goes on bit for bit as if it had never been stopped, and with more
    `iterations` it goes on beyond that run's end. Neighbours that take long to find are kept in
    the folder `cache`.

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
        cache: Path | None = None,
    ) -> None:
        if len(points) < 2:
            raise ValueError(
                f"digits (={len(points)}) must be at least 2 for a map; choose more classes."
            )
        check_engine(config, len(points))
        device = compute_device(config.device)
        self.config = config
        self.points = points.to(device)
        self.labels = None if labels is None else labels.to(device)
        self.indices = indices
        self._checkpoint = checkpoint
        self._cache = cache
        self._pace = self._due = 0.0
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
        """Take over the learning rates and the pace that the owner of the run has requested."""
        self._pace = requested_pace(control)
        for name, rate in requested_learning_rates(control, self.config.names).items():
            if self._obeyed_rates.get(name) != rate:
                self.set_learning_rate(name, rate)
                self._obeyed_rates[name] = rate

    def __iter__(self) -> Iterator[Preparation | Frame]:
        config, checkpoint = self.config, self._checkpoint
        prepared = yield from prepare(config, self.points, self._cache)
        self.points = prepared.points
        maps = Maps(
            dict(zip(config.names, config.optimizer_configs, strict=True)),
            prepared.starts,
            prepared.gradients,
            config.exaggerations,
            config.exaggeration_iterations,
        )
        quality = MapQuality(prepared.points, self.labels)
        # The logarithms cost little with all pairs, and half as much as the rest with edges.
        always = prepared.engine == EXACT
        stride = self._stride()
        if checkpoint is None:
            done, kept = 0, 0
        else:
            done, kept = int(checkpoint["iteration"]), int(checkpoint["kept"])
            check_end(done, config.iterations, "iterations")
            maps.load_checkpoint(checkpoint, done)
        maps.evaluate(done)
        if checkpoint is None:
            kept = 1
            yield self._frame(maps, quality, 0, number=0, kept=kept, prepared=prepared)
        for iteration in range(done + 1, config.iterations + 1):
            self._wait_for_pace()
            maps.begin_iteration(iteration)
            changed = bool(self._wanted_rates)
            while self._wanted_rates:
                maps.set_learning_rate(*self._wanted_rates.popitem())
            maps.step()
            keeps = iteration % stride == 0 or iteration == config.iterations
            measured = always or keeps or changed or iteration % RESUME_EVERY == 0
            measured = measured or iteration % config.quality_every == 0
            maps.evaluate(iteration, measure=measured)
            number, kept = (kept, kept + 1) if keeps else (None, kept)
            yield self._frame(
                maps, quality, iteration, number=number, kept=kept, resumable=changed,
                measured=measured,
            )  # fmt: skip

    def frames(self) -> Iterator[Frame]:
        """Iterate the run for its maps alone."""
        return (event for event in self if isinstance(event, Frame))

    def _wait_for_pace(self) -> None:
        """Wait until the next iteration is due, if somebody watches at a pace."""
        if self._pace:
            now = time.monotonic()
            self._due = max(self._due + 1 / self._pace, now)
            time.sleep(self._due - now)  # a tenth of a second at the slowest pace

    def _stride(self) -> int:
        """Return the number of iterations between kept positions that the record limit asks for."""
        frame = len(self.config.optimizers) * len(self.points) * 2 * 2
        return math.ceil(frame * (self.config.iterations + 1) / (self.config.record_limit * _MB))

    def _frame(
        self,
        maps: Maps,
        quality: MapQuality,
        iteration: int,
        *,
        number: int | None,
        kept: int,
        prepared: Prepared | None = None,
        resumable: bool = False,
        measured: bool = True,
    ) -> Frame:
        last = iteration == self.config.iterations
        positions = maps.positions.clone()
        agreement: dict[str, float] = {}
        trust: dict[str, float] = {}
        if last or iteration % self.config.quality_every == 0:
            found = [quality.of(each, whole=last or iteration == 0) for each in positions]
            by_name = dict(zip(maps.names, found, strict=True))
            agreement = {name: a for name, (a, _) in by_name.items() if a is not None}
            trust = {name: t for name, (_, t) in by_name.items() if t is not None}
        saved: dict[str, Tensor] | None = None
        if last or resumable or iteration % RESUME_EVERY == 0:
            counters = {"iteration": iteration, "kept": kept}
            saved = {name: torch.tensor(value) for name, value in counters.items()}
            saved.update(maps.checkpoint())
        return Frame(
            progress=iteration / self.config.iterations,
            iteration=iteration,
            kl_divergence=dict(zip(maps.names, maps.divergences, strict=True)) if measured else {},
            gradient_norm=dict(zip(maps.names, maps.gradient_norms, strict=True)),
            learning_rate=dict(zip(maps.names, maps.learning_rates, strict=True)),
            positions=positions,
            number=number,
            agreement=agreement,
            trustworthiness=trust,
            perplexity=prepared.perplexities[0] if prepared else None,
            perplexities=self._own_perplexities(prepared) if prepared else {},
            engine=prepared.engine if prepared else None,
            points=self._points() if iteration == 0 else {},
            final=_by_name(maps, positions) if last else {},
            checkpoint_tensors=saved,
        )

    def _points(self) -> dict[str, Tensor]:
        known = {"labels": self.labels, "indices": self.indices}
        return {name: tensor for name, tensor in known.items() if tensor is not None}

    def _own_perplexities(self, prepared: Prepared) -> dict[str, PerplexityRange]:
        """Return the perplexity of each map, where they differ."""
        if len(set(self.config.perplexities)) == 1:
            return {}
        return dict(zip(self.config.names, prepared.perplexities, strict=True))


def _by_name(maps: Maps, positions: Tensor) -> dict[str, Tensor]:
    """Return each map's float32 positions, in memory of its own, as safetensors wants it."""
    copies = (each.to("cpu", torch.float32, copy=True) for each in positions)
    return dict(zip(maps.names, copies, strict=True))
