"""What is known of a program that makes a map: its frames, its KL divergences, its pictures."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from core.analysis.distances import squared_distances
from core.reference.bands import TaskBands
from core.reference.curves import Curve
from core.reference.guess import setting
from core.reference.tasks import ReferenceTask
from core.tsne.affinities import search_bandwidths
from core.tsne.recording import OpenRecording

#: Points whose P is computed again: all pairs of more take long.
MAX_POINTS = 3_000
#: The exercise's bandwidth, where a program does not name its own.
_SIGMA = 10.0


@dataclass(frozen=True, kw_only=True, eq=False)
class MapEvidence:
    """What the hints on maps may look at.

    `pictures` are those of the points, (N, 784) in [0, 1]; None where the program gives none.
    """

    task: ReferenceTask
    bands: TaskBands
    curve: Curve
    settings: Mapping[str, Any]
    recording: OpenRecording
    pictures: Tensor | None

    @property
    def count(self) -> int:
        """How many points the map has."""
        return len(self.recording.labels)

    @property
    def sigma(self) -> float:
        """The bandwidth: the program's, or else the exercise's."""
        return setting(self.settings, "sigma", "σ", "bandwidth", "variance") or _SIGMA

    @property
    def variance(self) -> float:
        """The bandwidth as the exercise's kernel has it; a program may name its root."""
        is_root = math.isclose(self.sigma**2, _SIGMA, rel_tol=0.02)
        return self.sigma**2 if is_root else self.sigma

    @property
    def perplexity(self) -> float | None:
        """The perplexity that the program names in place of a bandwidth."""
        named = setting(self.settings, "perplexity", "perp")
        return named if named is not None and 2 <= named <= (self.count - 1) / 3 else None

    @property
    def learning_rate(self) -> float | None:
        """The learning rate, where the program names it."""
        return setting(self.settings, "lr", "learning rate", "eta", "η", "step size", "alpha")

    @property
    def momentum(self) -> float:
        """The momentum; 0 where the program names none."""
        return setting(self.settings, "momentum") or 0.0

    def positions(self, row: int) -> Tensor:
        """Return the places of all points in a recorded frame, (N, 2)."""
        return torch.from_numpy(self.recording.frame(row)[0])

    @cached_property
    def candidates(self) -> Mapping[str, Tensor]:
        """P as it should be, under "", and as each mistake makes it, (N, N), by `MISTAKES`.

        Empty where the pictures are not known, or there are too many.
        """
        if self.pictures is None or self.count > MAX_POINTS:
            return {}
        return dict(self._candidates(squared_distances(self.pictures)))

    def _candidates(self, distances: Tensor) -> Iterator[tuple[str, Tensor]]:
        if self.perplexity is not None:
            conditional = distances.clone()
            search_bandwidths(conditional, 0, self.perplexity)
        else:
            conditional = _by_kernel(distances, self.sigma)
        joint = (conditional + conditional.T) / (2 * self.count)
        yield "", joint
        yield "not symmetrised", conditional / self.count
        yield "not normalised", conditional
        if self.perplexity is None:
            squared = _by_kernel(distances, self.sigma**2)
            both = (squared + squared.T) / (2 * self.count)
            # A program may name the deviation: its square is the exercise's variance then.
            right = self.variance != self.sigma
            yield ("named as deviation" if right else "sigma squared"), both
            if not right:
                yield "sigma squared, not symmetrised", squared / self.count
            bytes_ = _by_kernel(distances * 255**2, self.sigma)
            yield "not scaled", (bytes_ + bytes_.T) / (2 * self.count)


def _by_kernel(distances: Tensor, variance: float) -> Tensor:
    """Return p_j|i of the kernel exp(-d² / (2 variance)), (N, N), each row with sum 1."""
    exponents = (distances * (-0.5 / variance)).fill_diagonal_(-math.inf)
    return torch.softmax(exponents, dim=1)
