"""Find the nearest neighbours of points, exactly, and what they vote for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from scipy.spatial import KDTree
from torch import Tensor
from torch.nn.functional import one_hot

from core.analysis.linear_probe import no_pause

#: A block of points holds this many elements, so that it stays in the cache.
_BLOCK_ELEMENTS = 2**18
#: This many distances and coordinates are kept at a time, for all queries of a chunk together.
_KEPT_ELEMENTS = 2**22
#: This many more than k are compared exactly: the float32 sums may swap those of equal distance.
_SPARE = 16


class Nearest(NamedTuple):
    """For each of M queries its k nearest points, nearest first.

    `indices` is int64 (M, k); `distances`, (M, k), are Euclidean and in the queries' type.
    """

    indices: Tensor
    distances: Tensor


class Vote(NamedTuple):
    """What neighbours say a digit is.

    `winner` is the class with the most votes, `share` its part of them, 0 to 1, and `counts` the
    votes of every class from 0 on.
    """

    winner: int
    share: float
    counts: tuple[int, ...]


@torch.inference_mode()
def nearest(queries: Tensor, points: Tensor, k: int) -> Nearest:
    """Return the k points nearest to each query, by brute force: exact, and with little memory.

    Args:
        queries: (M, D), in the same space as the points: pixels, or codes of one model.
        points: (N, D).
        k: How many, 1 to N.

    Raises:
        ValueError: k is not in that range, or the two spaces have different dimensions.
    """
    if not 1 <= k <= len(points):
        raise ValueError(
            f"k (={k}) must be from 1 to the number of points, {len(points)}; choose one of these."
        )
    if queries.shape[1:] != points.shape[1:]:
        raise ValueError(
            f"queries have {tuple(queries.shape[1:])} dimensions and points "
            f"{tuple(points.shape[1:])}; take both from the same space."
        )
    found = [_nearest(chunk, points, k) for chunk in queries.split(_chunk_size(points, k))]
    return Nearest(*(torch.cat(parts) for parts in zip(*found, strict=True)))


@torch.inference_mode()
def nearest_others(points: Tensor, k: int, rows: Tensor | None = None) -> Nearest:
    """Return the k other points nearest to each of the points, (N, D).

    `rows` are the indices of the points that are asked for; None asks for all. For all points of a
    map `nearest_on_map` is faster.

    Raises:
        ValueError: k is not from 1 to N - 1.
    """
    if not 1 <= k < len(points):
        raise ValueError(
            f"k (={k}) must be from 1 to the number of other points, {len(points) - 1}; choose one "
            "of these."
        )
    rows = torch.arange(len(points)) if rows is None else rows
    found = [_nearest(points[own], points, k, own) for own in rows.split(_chunk_size(points, k))]
    return Nearest(*(torch.cat(parts) for parts in zip(*found, strict=True)))


def nearest_on_map(points: Tensor, k: int = 5, rows: Tensor | None = None) -> Tensor:
    """Return the indices of the k other points nearest to each: (N, k) int64, nearest first.

    `points` is (N, D) with a small D: for points of many dimensions `nearest_others` is faster. k
    is at most N - 1. `rows`, (M,), are the points that are asked for, all if None; they are looked
    up in a tree, which is faster where points are many, and needs finite ones.
    """
    if rows is not None:
        return _in_a_tree(points, k, rows)
    found = torch.empty(len(points), k, dtype=torch.int64, device=points.device)
    size = max(1, _BLOCK_ELEMENTS // len(points))
    for first in range(0, len(points), size):
        rows = points[first : first + size]
        # Not by a Gram product: its rounding errors swap the neighbours in a tight cluster.
        distances = torch.zeros((), dtype=points.dtype, device=points.device)
        for mine, others in zip(rows.T, points.T, strict=True):
            difference = mine[:, None] - others
            distances = difference.square_().add_(distances)
        distances.diagonal(first).fill_(torch.inf)
        found[first : first + len(rows)] = distances.topk(k, largest=False).indices
    return found


def _in_a_tree(points: Tensor, k: int, rows: Tensor) -> Tensor:
    places = points.detach().cpu().numpy()
    asked = rows.cpu()
    # Split at the middle of a box and not at a median: faster to build, as fast to ask.
    tree = KDTree(places, balanced_tree=False, compact_nodes=False)
    _, found = tree.query(places[asked.numpy()], k + 1)
    found = torch.from_numpy(found)
    # Of points in the same place any may come first, and one that has many may not be among them.
    itself = found == asked[:, None]
    itself[:, -1] |= ~itself.any(1)
    return found[~itself].view(len(asked), k).to(points.device)


def vote(labels: Tensor, classes: int = 10) -> Vote:
    """Return the vote of k neighbours; in a tie, the class of the nearest of them wins.

    `labels`, (k,) integers below `classes`, are those of the neighbours, nearest first.

    Raises:
        ValueError: there are no labels.
    """
    if not len(labels):
        raise ValueError("labels (none) must be at least one; ask for a neighbour.")
    counts = torch.bincount(labels, minlength=classes)
    # The first label with the most votes: the labels come nearest first.
    winner = labels[counts[labels].argmax()]
    share = float(counts[winner]) / len(labels)
    return Vote(int(winner), share, tuple(counts.tolist()))


def nearest_neighbour_accuracy(
    points: Tensor,
    labels: Tensor,
    queries: Tensor,
    wanted: Tensor,
    k: int = 5,
    pause: Callable[[], None] = no_pause,
) -> float:
    """Read the label of each query from its k nearest labelled points.

    The class with the most votes wins; in a tie, that of the nearest neighbour among the tied. So
    where each class has one labelled point alone, the nearest point decides.

    Args:
        points: Labelled points, (N, D); N is at least k.
        labels: Theirs, (N,) int64.
        queries: The points to read, (M, D).
        wanted: What they are, (M,) int64.
        k: How many neighbours vote.
        pause: Called before some of the queries are read; see `linear_probe`.

    Returns:
        The share of queries that are read correctly, 0 to 1.
    """
    centre = points.mean(0)
    shifted = points - centre
    norms = torch.linalg.vecdot(shifted, shifted)
    classes = int(max(labels.max(), wanted.max())) + 1
    # Less than one vote in all, and a neighbour more than all farther ones together.
    first = 1 + 0.5 ** torch.arange(2, k + 2, dtype=points.dtype)
    right = 0
    size = max(1, _KEPT_ELEMENTS // len(points))
    for asked, own in zip(queries.split(size), wanted.split(size), strict=True):
        # Squared distances less |q|², which changes no order.
        pause()
        scores = torch.addmm(norms, asked - centre, shifted.T, alpha=-2)
        near = scores.topk(k, largest=False).indices
        votes = (one_hot(labels[near], classes) * first[:, None]).sum(1)
        right += int((votes.argmax(1) == own).sum())
    return right / len(queries)


def _chunk_size(points: Tensor, k: int) -> int:
    """Return how many queries are looked up at a time."""
    return max(1, _KEPT_ELEMENTS // max(len(points), (k + _SPARE) * points.shape[1]))


def _nearest(
    queries: Tensor, points: Tensor, k: int, own: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Return indices and distances for one chunk of queries.

    Where the queries are the points with the indices `own`, (M,), none is its own neighbour.
    """
    # Rounding errors of |q - p|² = |q|² - 2 qp + |p|² grow with the distance from the origin, so a
    # query moves there; with many, their middle does. |q|² is left out: it changes no order.
    centre = queries.mean(0)
    centred = queries - centre
    scores = queries.new_empty(len(queries), len(points))
    rows = max(1, _BLOCK_ELEMENTS // max(1, points.shape[1]))
    block = points.new_empty(min(rows, len(points)), points.shape[1])
    for first in range(0, len(points), rows):
        chunk = points[first : first + rows]
        shifted = torch.sub(chunk, centre, out=block[: len(chunk)])
        norms = torch.linalg.vecdot(shifted, shifted)
        column = scores[:, first : first + len(chunk)]
        torch.addmm(norms, centred, shifted.T, alpha=-2, out=column)
    others = len(points)
    if own is not None:
        scores.scatter_(1, own[:, None], torch.inf)
        others -= 1
    close = scores.topk(min(k + _SPARE, others), largest=False).indices
    # Their differences one by one, so that the order and the distances are right to the last digit;
    # of a few points as far away as each other the first of `points` comes first.
    close = close.sort(dim=1).values
    distances = torch.cdist(
        points[close].double(),
        queries[:, None].double(),
        compute_mode="donot_use_mm_for_euclid_dist",
    )
    exact, order = distances[..., 0].sort(dim=1, stable=True)
    return close.gather(1, order[:, :k]), exact[:, :k].to(queries.dtype)
