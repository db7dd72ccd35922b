"""P of many points, kept for near neighbours alone: the edges of a graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from core.tsne.affinities import PerplexityRange, check_perplexity, range_of, search_bandwidths
from core.tsne.neighbours import Neighbours

#: P counts this many times the perplexity as neighbours; what is left out of p is below 1e-2.
NEIGHBOURS_PER_PERPLEXITY = 3
#: The search for bandwidths works on this many rows at a time.
_ROWS = 2000


def neighbours_needed(perplexity: float, points: int) -> int:
    """Return how many nearest neighbours of each of N points P is made of."""
    return min(points - 1, int(NEIGHBOURS_PER_PERPLEXITY * perplexity))


@dataclass(frozen=True, kw_only=True, eq=False)
class Edges:
    """p_ij > 0 by rows: symmetric, without a diagonal, with sum 1.

    The edges of point i are `pointers[i]` to `pointers[i + 1]` - 1, with the other point,
    ascending, in `indices` and p in `weights`. All are one-dimensional, int32 and float32.
    """

    pointers: Tensor
    indices: Tensor
    weights: Tensor
    perplexity: PerplexityRange

    @classmethod
    def from_neighbours(cls, neighbours: Neighbours, perplexity: float) -> Self:
        """Compute P with a bandwidth for each point that gives its neighbours this perplexity.

        Raises:
            ValueError: the perplexity is above a third of the number of other points.

        Source: van der Maaten, Accelerating t-SNE using Tree-Based Algorithms, JMLR 2014.
        """
        count, k = neighbours.indices.shape
        check_perplexity(perplexity, count)
        conditional = neighbours.distances.clone()
        entropies = conditional.new_empty(count)
        for first in range(0, count, _ROWS):
            rows = conditional[first : first + _ROWS]
            # No row has its own point among its columns: the diagonal would begin behind the last.
            search_bandwidths(rows, k, perplexity)
            torch.sum(torch.special.entr(rows), 1, out=entropies[first : first + _ROWS])
        points = torch.arange(count, device=conditional.device).repeat_interleave(k)
        others = neighbours.indices.long().view(-1)
        there = torch.stack([points, others])
        p = torch.sparse_coo_tensor(
            torch.cat([there, there.flip(0)], 1),
            conditional.view(-1).repeat(2),
            (count, count),
            check_invariants=False,
        ).coalesce()
        weights = p.values() / p.values().sum(dtype=torch.float64)
        own, others = p.indices()
        pointers = torch.zeros(count + 1, dtype=torch.int64, device=own.device)
        torch.cumsum(torch.bincount(own, minlength=count), 0, out=pointers[1:])
        return cls(
            pointers=pointers.int(),
            indices=others.int(),
            weights=weights.float(),
            perplexity=range_of(entropies.exp_()),
        )

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.pointers) - 1
