"""Measure the quality of maps (neighbours kept, labels together) and of images (PSNR, SSIM)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from models import SIDE

#: Rows are compared in chunks of this many elements: little memory, most of it in the cache.
_CHUNK_ELEMENTS = 2**18
_LARGE_CHUNK = 2**20
_WINDOW = 7


def label_agreement(neighbours: Tensor, own: Tensor, labels: Tensor | None = None) -> float:
    """Return the share of neighbours that have the same label as the point itself, 0 to 1.

    `neighbours` are indices, (M, k), of M points with the labels `own`, (M,). `labels`, (N,), are
    those of all points; they are the same M points if None.
    """
    labels = own if labels is None else labels
    return float((labels[neighbours] == own[:, None]).float().mean())


def distance_ranks(points: Tensor) -> Tensor:
    """Return, at `[i, j]`, the rank of j among the neighbours of i: 1 for the nearest, 0 for i.

    `points` is (N, D); the result (N, N) int16, or int32 for more than 32,767 points. It serves any
    number of calls of `trustworthiness`.
    """
    n = len(points)
    kind = torch.int16 if n <= torch.iinfo(torch.int16).max else torch.int32
    ranks = torch.empty(n, n, dtype=kind, device=points.device)
    ascending = torch.arange(n, dtype=kind, device=points.device)
    centred = points - points.mean(0)
    norms = centred.square().sum(1)
    for first, rows in _chunks(centred, n, _LARGE_CHUNK):
        # Squared distances less |row|², which does not change the order within a row.
        distances = torch.addmm(norms, rows, centred.T, alpha=-2)
        distances.diagonal(first).fill_(-torch.inf)
        order = _ascending(distances)
        ranks[first : first + len(rows)].scatter_(1, order, ascending.expand_as(order))
    return ranks


def trustworthiness(neighbours: Tensor, ranks: Tensor, points: int | None = None) -> float:
    """Return how far the neighbours on a map are neighbours in the data.

    It is 1 if all of them are, and about 0.5 for a random map.

    Args:
        neighbours: Those on the map, (M, k), of all points or of some.
        ranks: Which neighbours they are in the data, (M, k); or `distance_ranks` of all, (N, N).
        points: How many points there are, N; M if None.

    Raises:
        ValueError: k is not below N / 2, where the measure is not defined.

    Source: Venna and Kaski, Neighborhood preservation in nonlinear projection methods, 2001.
    """
    asked, k = neighbours.shape
    n = asked if points is None else points
    if 2 * k >= n:
        raise ValueError(
            f"k (={k}) must be below half of the number of points, got {n}; "
            "lower k or use more points."
        )
    found = ranks if points is not None else ranks.gather(1, neighbours)
    surplus = (found.long() - k).clamp_min_(0).sum()
    return 1 - float(surplus) * 2 / (asked * k * (2 * n - 3 * k - 1))


def psnr(images: Tensor, references: Tensor) -> Tensor:
    """Return the peak signal-to-noise ratio of each image in decibels, (N,).

    It is infinite where an image does not differ from its reference.

    Both are (N, 784) with values in [0, 1].
    """
    return -10 * (images - references).square().mean(1).log10()


def ssim(images: Tensor, references: Tensor) -> Tensor:
    """Return the structural similarity of each image, at most 1: (N,).

    Both are (N, 784) with values in [0, 1]. The windows have 7 x 7 pixels with equal weights, the
    variances are unbiased, and the mean is over the windows that lie inside the image.

    Source: Wang et al., Image quality assessment, IEEE Transactions on Image Processing 2004.
    """
    x, y = (batch.view(-1, 1, SIDE, SIDE) for batch in (images, references))
    unbiased = _WINDOW**2 / (_WINDOW**2 - 1)
    mean_x, mean_y = _windows(x), _windows(y)
    variance_x = unbiased * (_windows(x * x) - mean_x.square())
    variance_y = unbiased * (_windows(y * y) - mean_y.square())
    covariance = unbiased * (_windows(x * y) - mean_x * mean_y)
    c1, c2 = 0.01**2, 0.03**2
    luminance = (2 * mean_x * mean_y + c1) / (mean_x.square() + mean_y.square() + c1)
    structure = (2 * covariance + c2) / (variance_x + variance_y + c2)
    return (luminance * structure).mean((1, 2, 3))


def _windows(images: Tensor) -> Tensor:
    return avg_pool2d(images, _WINDOW, stride=1)


def _ascending(rows: Tensor) -> Tensor:
    """Return the indices that sort each row.

    On a CPU, sorting with numpy takes less than half the time of torch.
    """
    if rows.device.type == "cpu":
        return torch.from_numpy(np.argsort(rows.numpy(), axis=1))
    return rows.argsort(dim=1)


def _chunks(
    matrix: Tensor, columns: int, elements: int = _CHUNK_ELEMENTS
) -> Iterator[tuple[int, Tensor]]:
    """Yield the rows of a matrix in chunks, each with the number of its first row."""
    size = max(1, elements // columns)
    for first in range(0, len(matrix), size):
        yield first, matrix[first : first + size]
