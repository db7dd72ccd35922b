"""Divide points into clusters with k-means, and compare clusters with classes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from core.analysis.linear_probe import no_pause

#: k-means ends after so many iterations, or when no point changes its cluster.
MAX_ITERATIONS = 300


def spread_starts(points: Tensor, clusters: int, generator: torch.Generator) -> Tensor:
    """Draw the first centres of k-means among points (N, D): (clusters, D).

    Each is drawn with a probability that grows with its squared distance from those before.

    Source: Arthur and Vassilvitskii, k-means++, 2007.
    """
    centres = points[torch.randint(len(points), (1,), generator=generator)]
    nearest = (points - centres).square().sum(1)
    while len(centres) < clusters:
        chances = nearest.double()
        if not float(chances.sum()) > 0:  # there are no more than these different points
            chances = torch.ones_like(chances)
        drawn = torch.rand((), generator=generator, dtype=torch.float64) * chances.sum()
        index = min(int(torch.searchsorted(chances.cumsum(0), drawn)), len(points) - 1)
        centres = torch.cat([centres, points[index : index + 1]])
        nearest = torch.minimum(nearest, (points - points[index]).square().sum(1))
    return centres


def k_means(points: Tensor, starts: Tensor, pause: Callable[[], None] = no_pause) -> Tensor:
    """Divide points (N, D) into clusters that begin at `starts`, (K, D).

    A cluster that has lost all points begins anew at the point farthest from its own centre.
    `pause` is called after each pass; see `linear_probe`.

    Returns:
        The cluster of each point, (N,) int64 below K.

    Source: Lloyd, Least squares quantization in PCM, 1982.
    """
    centred = points - points.mean(0)  # far from the origin squares would lose digits
    centres = starts - points.mean(0)
    clusters = torch.full((len(points),), -1)
    for _ in range(MAX_ITERATIONS):
        distances = torch.addmm(centres.square().sum(1), centred, centres.T, alpha=-2)
        before, clusters = clusters, distances.argmin(1)
        if torch.equal(before, clusters):
            break
        members = one_hot(clusters, len(centres)).to(points)
        sizes = members.sum(0)
        sums = members.T @ centred
        if (empty := (sizes == 0).nonzero()[:, 0]).numel():
            own = (centred - centres[clusters]).square().sum(1)
            for cluster, far in zip(empty, own.topk(len(empty)).indices, strict=True):
                sums[cluster], sizes[cluster] = centred[far], 1
                sums[clusters[far]] -= centred[far]
                sizes[clusters[far]] -= 1
        centres = sums / sizes.clamp_min(1)[:, None]
        pause()
    return clusters


def adjusted_rand_index(clusters: Tensor, labels: Tensor) -> float:
    """Return how far pairs of points that share a cluster share a label, and the reverse.

    1 where clusters and labels divide the points (N,) alike, 0 on average for random clusters; it
    can be below 0.

    Source: Hubert and Arabie, Comparing partitions, 1985.
    """
    table = _table(clusters, labels)
    together = _pairs(table).sum()
    in_clusters, in_labels = _pairs(table.sum(1)).sum(), _pairs(table.sum(0)).sum()
    expected = in_clusters * in_labels / _pairs(table.sum()).clamp_min(1)
    most = (in_clusters + in_labels) / 2
    return (
        1.0 if float(most) == float(expected) else float((together - expected) / (most - expected))
    )


def normalised_mutual_information(clusters: Tensor, labels: Tensor) -> float:
    """Return how much the clusters tell of the labels (N,), 0 to 1.

    It is their mutual information, divided by the mean of their two entropies.

    Source: Strehl and Ghosh, Cluster ensembles, 2002; with the arithmetic mean, as in scikit-learn.
    """
    table = _table(clusters, labels)
    shares = table / table.sum()
    rows, columns = shares.sum(1), shares.sum(0)
    entropies = _entropy(rows) + _entropy(columns)
    information = entropies - _entropy(shares.flatten())
    # Both have one part alone.
    share = float(2 * information / entropies) if float(entropies) else 1.0
    return min(max(share, 0.0), 1.0)  # where rounding has led beyond


def _table(clusters: Tensor, labels: Tensor) -> Tensor:
    """Return how many points are in each cluster and of each label, float64 (clusters, labels)."""
    of_labels = int(labels.max()) + 1
    cells = torch.bincount(
        clusters * of_labels + labels, minlength=(int(clusters.max()) + 1) * of_labels
    )
    return cells.view(-1, of_labels).double()


def _pairs(counts: Tensor) -> Tensor:
    return counts * (counts - 1) / 2


def _entropy(shares: Tensor) -> Tensor:
    """Return the entropy of shares that sum to 1, in nats."""
    return -torch.special.xlogy(shares, shares).sum()
