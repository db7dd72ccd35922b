"""Distances between points, from one matrix product."""

from __future__ import annotations

from torch import Tensor


def squared_distances(points: Tensor) -> Tensor:
    """Return the squared distances between all pairs of points, (N, D): (N, N), 0 on the diagonal.

    Rounding errors may swap neighbours in a tight cluster; `core.analysis.neighbours` never does.
    """
    # Rounding errors grow with the distance from the origin, so the centre moves there.
    centred = points - points.mean(0)
    norms = centred.square().sum(1)
    distances = (centred @ centred.T).mul_(-2).add_(norms).add_(norms[:, None])
    return distances.clamp_min_(0).fill_diagonal_(0)


def squared_distances_to(points: Tensor, others: Tensor) -> Tensor:
    """Return the squared distances from M other points, (M, D), to N points, (N, D): (M, N)."""
    centre = points.mean(0)
    a, b = others - centre, points - centre
    distances = (a @ b.T).mul_(-2).add_(a.square().sum(1)[:, None]).add_(b.square().sum(1))
    return distances.clamp_min_(0)
