"""Measure what the maps of a run are worth, digit by digit, at any of its iterations."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.analysis.neighbours import nearest_on_map
from core.analysis.pca import principal_components
from core.generators import finish
from core.tsne.config import TSNEConfig
from core.tsne.gradient import Gradient
from core.tsne.neighbour_files import NeighbourFiles
from core.tsne.neighbours import nearest_neighbours
from core.tsne.preparation import mapped_points, prepare_mapped
from core.tsne.worth.distances import DistanceComparison, Distances

#: Neighbours of a digit that are looked for on a map, and of as many in the data.
NEAR = 10
#: With a cost, the share of the KL divergence that this share of the digits carries is of interest.
COSTLIEST = 0.1


@dataclass(frozen=True, kw_only=True, eq=False)
class Costs:
    """What each digit adds to KL(P || Q) on a map, (N,) float64 in nats, and what they sum to.

    `costliest` is the share of the sum that the costliest tenth of the digits carries.
    """

    values: Tensor
    total: float
    costliest: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """A share of neighbours for each digit of a map, (N,) float32 from 0 to 1, and their mean.

    `chance` is the mean on a map that knows nothing of the other neighbours.
    """

    values: Tensor
    mean: float
    chance: float


class MapWorth:
    """Measures maps of a run; what does not depend on a map is computed once.

    Every measure takes positions, float32 (P, N, 2): the run's maps, and behind them any others of
    the same digits, such as PCA. It returns one result for each map, None where there is none.

    Args:
        config: What was asked for.
        points: The digits as the run got them, (N, D).
        labels: What they show, (N,).
        cache: The folder of neighbours that are known, if there is one.
        turn: Held while something heavy is computed, and let go after each block of a search that
            takes long. It must be possible to enter it again.

    Raises:
        ValueError: the run's maps cannot be had of so few points.
    """

    def __init__(
        self,
        config: TSNEConfig,
        points: Tensor,
        labels: Tensor,
        cache: Path | None,
        turn: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._turn = nullcontext() if turn is None else turn
        self._config = config
        with self._turn:
            self._points = mapped_points(config, points)
        self._labels = labels
        self._cache = cache
        self.near = min(NEAR, max(1, (len(points) - 1) // 2))

    def costs(self, positions: Tensor) -> list[Costs | None]:
        """Return sum_j p_ij log(p_ij / q_ij) of every digit i; for the run's own maps alone."""
        found: list[Costs | None] = [None] * len(positions)
        gradients = self._gradients  # before the turn, since it takes turns of its own
        with self._turn:
            for number, gradient in enumerate(gradients):
                if bool(positions[number].isfinite().all()):
                    found[number] = _costs(gradient.costs(positions[number]))
        return found

    def kept(self, positions: Tensor) -> list[Shares | None]:
        """Return the share of a digit's nearest in the data that are its nearest on the map.

        Source: Lee and Verleysen, Quality assessment of dimensionality reduction, 2009 (Q_NX).
        """
        neighbours = self.neighbours
        with self._turn:
            return [
                None if near is None else self._shares([_overlap(neighbours, near)])
                for near in self._nearest_on(positions)
            ]

    def shared(self, positions: Tensor) -> list[Shares | None]:
        """Return the share of a digit's nearest on a map that are its nearest on the run's others.

        It is the mean over these; for the run's own maps alone.
        """
        found: list[Shares | None] = [None] * len(positions)
        with self._turn:
            near = self._nearest_on(positions[: len(self._config.optimizers)])
        for number, one in enumerate(near):
            others = [other for place, other in enumerate(near) if place != number]
            overlaps = [
                _overlap(one, other) for other in others if one is not None and other is not None
            ]
            if overlaps:
                found[number] = self._shares(overlaps)
        return found

    def distances(self, positions: Tensor) -> list[Distances | None]:
        """Compare distances on the maps with those in the data."""
        own = list(range(len(self._config.optimizers)))
        with self._turn:
            return self._comparison.of(positions.numpy(), own)

    @cached_property
    def neighbours(self) -> Tensor:
        """Return the `near` nearest other digits of each in the data: int64 (N, near)."""
        files = NeighbourFiles(self._cache)
        known = files.load(self._points, self.near)
        if known is None:
            known = finish(nearest_neighbours(self._points, self.near), self._turn)
            files.save(self._points, known)
        return known.indices.long()

    @cached_property
    def plane(self) -> Tensor:
        """Return the digits along their first two principal components, (N, 2)."""
        with self._turn:
            return principal_components(self._points, 2)

    @cached_property
    def _gradients(self) -> tuple[Gradient, ...]:
        preparation = prepare_mapped(self._config, self._points, self._cache)
        return finish(preparation, self._turn).gradients

    @cached_property
    def _comparison(self) -> DistanceComparison:
        return DistanceComparison(self._points.numpy(), self._labels.numpy())

    def _nearest_on(self, positions: Tensor) -> list[Tensor | None]:
        rows = torch.arange(positions.shape[1])
        return [
            nearest_on_map(each, self.near, rows) if bool(each.isfinite().all()) else None
            for each in positions
        ]

    def _shares(self, overlaps: list[Tensor]) -> Shares:
        values = torch.stack(overlaps).mean(0)
        chance = self.near / max(1, len(values) - 1)
        return Shares(values=values, mean=float(values.mean()), chance=chance)


def _costs(values: Tensor) -> Costs:
    total = float(values.sum())
    most = max(1, round(COSTLIEST * len(values)))
    costliest = float(values.topk(most).values.sum())
    return Costs(values=values, total=total, costliest=costliest / total if total else 0.0)


def _overlap(one: Tensor, other: Tensor) -> Tensor:
    """Return the share of each row of neighbours, (N, k), that the other one has: (N,)."""
    return (one[:, :, None] == other[:, None, :]).any(2).float().mean(1)
