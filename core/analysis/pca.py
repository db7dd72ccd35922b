"""Principal component analysis in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor

#: Points are worked on in blocks of this many elements: 32 MB.
_BLOCK_ELEMENTS = 2**23


@dataclass(frozen=True, kw_only=True, eq=False)
class PCA:
    """The principal components of points in D dimensions.

    `mean` is (D,); `directions`, (D, D), has a component of length 1 in each column, that of the
    largest variance first; `variances`, (D,), are descending. All are in the points' type.

    Of the two directions of a component the one is taken in which its largest weight is positive,
    so that the same points give the same result everywhere, up to rounding.

    Source: Pearson, On lines and planes of closest fit, 1901.
    """

    mean: Tensor
    directions: Tensor
    variances: Tensor

    @classmethod
    def fit(cls, points: Tensor) -> Self:
        """Find the components of points, (N, D), by the eigenvectors of their covariance."""
        mean = points.mean(0)
        covariance = torch.zeros(len(mean), len(mean), dtype=torch.float64)
        for block in _blocks(points):
            centred = block - mean
            covariance += (centred.T @ centred).double().cpu()
        # NumPy's, since it is loaded in any case and PyTorch's may start threads of its own.
        variances, vectors = np.linalg.eigh(covariance.numpy() / len(points))
        directions = torch.from_numpy(vectors[:, ::-1].copy())
        largest = directions.abs().argmax(0)
        directions *= torch.where(directions[largest, torch.arange(len(mean))] < 0, -1.0, 1.0)
        return cls(
            mean=mean,
            directions=directions.to(points),
            variances=torch.from_numpy(variances[::-1].copy()).clamp_min_(0).to(points),
        )

    def encode(self, points: Tensor, numbers: int) -> Tensor:
        """Return the points along the first components, (N, numbers)."""
        return (points - self.mean) @ self.directions[:, :numbers]

    def decode(self, codes: Tensor) -> Tensor:
        """Return the points (N, D) of codes along the first components, (N, numbers)."""
        return codes @ self.directions[:, : codes.shape[1]].T + self.mean

    def reconstruct(self, points: Tensor, numbers: int) -> Tensor:
        """Return what is left of points (N, D) in so many numbers, (N, D)."""
        return self.decode(self.encode(points, numbers))

    def errors(self, points: Tensor, given: Tensor | None = None) -> Tensor:
        """Return the mean squared error per dimension with 0 to D numbers: float64 (D + 1,).

        `given` are what is encoded in place of the points themselves, such as noisy ones, (N, D).
        With 0 numbers every point is rebuilt as the mean.
        """
        dimensions = len(self.mean)
        lost = torch.zeros(dimensions, dtype=torch.float64, device=points.device)
        added = torch.zeros_like(lost)
        for block, seen in zip(
            _blocks(points), _blocks(points if given is None else given), strict=True
        ):
            wanted = self.encode(block, dimensions)
            lost += wanted.square().sum(0, dtype=torch.float64)
            if given is not None:
                difference = self.encode(seen, dimensions) - wanted
                added += difference.square().sum(0, dtype=torch.float64)
        # The components are orthogonal: each adds its own error, or what is lost without it.
        zero = lost.new_zeros(1)
        kept = torch.cat([zero, added.cumsum(0)])
        left_out = torch.cat([lost.flip(0).cumsum(0).flip(0), zero])
        return (kept + left_out) / (len(points) * dimensions)


def _blocks(points: Tensor) -> tuple[Tensor, ...]:
    return points.split(max(1, _BLOCK_ELEMENTS // points.shape[1]))


def principal_components(points: Tensor, count: int) -> Tensor:
    """Return points (N, D) along their own first components, (N, count); D is at least `count`."""
    return PCA.fit(points).encode(points, count)
