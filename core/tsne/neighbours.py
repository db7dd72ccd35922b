"""Find the k nearest neighbours of every point, for P at many digits."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.generators import finish
from core.tsne import compiled
from core.tsne.neighbours_loop import keep_nearest
from core.tsne.row_blocks import in_order, threads_for

#: Scores of so many pairs are in memory at a time, for each thread: 64 MB.
_BLOCK_ELEMENTS = 2**24


@dataclass(frozen=True, kw_only=True, eq=False)
class Neighbours:
    """The k nearest other points of each of N points, nearest first.

    `indices` is int32 (N, k); `distances`, float32 (N, k), are squared.
    """

    indices: Tensor
    distances: Tensor

    def nearest(self, k: int) -> Neighbours:
        """Return only the first k neighbours of each point."""
        return Neighbours(
            indices=self.indices[:, :k].contiguous(), distances=self.distances[:, :k].contiguous()
        )


def nearest_neighbours(
    points: Tensor, k: int, threads: int | None = None
) -> Generator[float, None, Neighbours]:
    """Find the neighbours by comparing all pairs; yield the share of the points that is done.

    Exact but for points whose distances agree to float32 precision. Whoever closes the generator
    cancels the search.

    Args:
        points: (N, D), float32 on a processor or a GPU.
        k: How many, 1 to N - 1.
        threads: How many threads to use; as many as there are for a run if None.
    """
    count = len(points)
    centred = (points - points.mean(0)).contiguous()
    norms = centred.square().sum(1)
    indices = torch.empty(count, k, dtype=torch.int32, device=points.device)
    distances = torch.empty(count, k, dtype=torch.float32, device=points.device)
    fast = compiled.AVAILABLE and points.device.type == "cpu"

    def search(first: int, last: int) -> None:
        scores = torch.addmm(norms, centred[first:last], centred.T, alpha=-2)
        chosen = indices[first:last]
        if fast:
            keep_nearest(
                scores.numpy(), centred.numpy(), first, chosen.numpy(),
                distances[first:last].numpy(),
            )  # fmt: skip
        else:
            scores.diagonal(first).fill_(torch.inf)
            chosen.copy_(scores.topk(k, largest=False, sorted=False).indices)
            offsets = centred[chosen.long()] - centred[first:last, None]
            distances[first:last] = offsets.square().sum(2)
        found, order = distances[first:last].sort(dim=1, stable=True)
        distances[first:last] = found
        chosen.copy_(chosen.gather(1, order))

    size = max(1, _BLOCK_ELEMENTS // count)
    threads = (threads_for(count) if threads is None else threads) if fast else 1
    yield from in_order(search, count, size, threads)
    return Neighbours(indices=indices, distances=distances)


def all_nearest_neighbours(points: Tensor, k: int, threads: int | None = None) -> Neighbours:
    """Find what `nearest_neighbours` finds, without telling how far the search is."""
    return finish(nearest_neighbours(points, k, threads))
