"""Compute t-SNE's P: how likely each point is to pick each other one as its neighbour."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from core.analysis.distances import squared_distances, squared_distances_to

SEARCH_STEPS = 50
#: The search ends when the entropy is this close to that of the perplexity, in nats.
SEARCH_TOLERANCE = 1e-5
#: The precision changes by at most two to this power in a step.
_LONGEST = 3.0
#: The search works on this many elements at a time, so that its buffers stay in the cache.
_CHUNK_ELEMENTS = 2**18


@dataclass(frozen=True, kw_only=True)
class PerplexityRange:
    """The effective number of neighbours, exp(entropy in nats), over all points."""

    median: float
    lowest: float
    highest: float


@dataclass(frozen=True, kw_only=True)
class Affinities:
    """`joint` is p_ij: (N, N), symmetric, zero on the diagonal, with sum 1.

    `perplexity` is what the bandwidths amount to, whether they were given or searched for.
    """

    joint: Tensor
    perplexity: PerplexityRange

    @classmethod
    def from_sigma(cls, points: Tensor, sigma: float) -> Self:
        """Compute P with one bandwidth for all points and the kernel exp(-d² / (2 sigma)).

        Here sigma is a variance, as in the exercise, and not the textbook's standard deviation.
        `points` is (N, D), N at least 2.

        Source: exercise task 3.1.
        """
        exponents = squared_distances(points).mul_(-0.5 / sigma).fill_diagonal_(-math.inf)
        return cls._from_conditional(torch.softmax(exponents, dim=1, out=exponents))

    @classmethod
    def from_perplexity(cls, points: Tensor, perplexity: float) -> Self:
        """Compute P with a bandwidth for each point that gives it this perplexity.

        `points` is (N, D).

        Where points coincide there may be no such bandwidth; the search then ends at its limit.

        Raises:
            ValueError: the perplexity is above a third of the number of other points.

        Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008, section 2.
        """
        check_perplexity(perplexity, len(points))
        conditional = squared_distances(points)
        rows = _rows_at_a_time(conditional)
        for first in range(0, len(points), rows):
            search_bandwidths(conditional[first : first + rows], first, perplexity)
        return cls._from_conditional(conditional)

    @classmethod
    def _from_conditional(cls, conditional: Tensor) -> Self:
        perplexity = perplexity_range(conditional)
        _symmetrise(conditional)
        return cls(joint=conditional.div_(2 * len(conditional)), perplexity=perplexity)


def check_perplexity(perplexity: float, points: int) -> None:
    """Raise ValueError unless 2 <= perplexity <= (points - 1) / 3."""
    if perplexity < 2:
        raise ValueError(f"perplexity (={perplexity:g}) must be at least 2.")
    if points - 1 < 3 * perplexity:
        raise ValueError(
            f"perplexity (={perplexity:g}) needs more than {math.ceil(3 * perplexity)} digits, "
            f"got {points}; lower it or use more digits."
        )


def perplexity_range(conditional: Tensor) -> PerplexityRange:
    """Return the effective numbers of neighbours of p_j|i: (N, N), each row with sum 1."""
    # Written into one tensor: small results kept between large ones that go would riddle the heap.
    entropies = conditional.new_empty(len(conditional))
    rows = _rows_at_a_time(conditional)
    for chunk, target in zip(conditional.split(rows), entropies.split(rows), strict=True):
        torch.sum(torch.special.entr(chunk), 1, out=target)
    return range_of(entropies.exp_())


def perplexity_of_sigma(points: Tensor, sigma: float) -> PerplexityRange:
    """Return the perplexity of `Affinities.from_sigma`, with little memory: never all N x N.

    `points` is (N, D).
    """
    entropies = points.new_empty(len(points))
    rows = max(1, _CHUNK_ELEMENTS // len(points))
    for first in range(0, len(points), rows):
        exponents = squared_distances_to(points, points[first : first + rows]).mul_(-0.5 / sigma)
        exponents.diagonal(first).fill_(-math.inf)
        conditional = torch.softmax(exponents, dim=1, out=exponents)
        entropies[first : first + rows] = torch.special.entr(conditional).sum(1)
    return range_of(entropies.exp_())


def range_of(perplexities: Tensor) -> PerplexityRange:
    """Return the range of the perplexities of all points, (N,)."""
    return PerplexityRange(
        # Not `median`, which takes the lower of the two in the middle.
        median=float(perplexities.quantile(0.5)),
        lowest=float(perplexities.min()),
        highest=float(perplexities.max()),
    )


def _symmetrise(matrix: Tensor) -> None:
    """Add its transpose to a matrix, in place, since a second matrix would take much memory."""
    size = _rows_at_a_time(matrix)
    for first in range(0, len(matrix), size):
        rows, columns = matrix[first : first + size, first:], matrix[first:, first : first + size]
        total = rows + columns.T
        rows.copy_(total)
        columns.copy_(total.T)


def _rows_at_a_time(matrix: Tensor) -> int:
    return max(1, _CHUNK_ELEMENTS // matrix.shape[1])


def search_bandwidths(rows: Tensor, first: int, perplexity: float) -> None:
    """Turn squared distances into p_j|i of this perplexity, in place: a search by row.

    `rows` is (n, N): the distances from the points `first`, `first` + 1, ... to all points. A point
    is not its own neighbour. If `first` is N, the rows are those of other points, and all N count.
    """
    # Distances in units of the row's own mean, from the nearest on: a precision of 1 is then a fair
    # start whatever the points' scale, and no row can vanish altogether.
    itself = rows.diagonal(first)
    itself.fill_(math.inf)
    rows -= rows.amin(1, keepdim=True)
    itself.zero_()
    mean = rows.mean(1, keepdim=True)
    rows /= torch.where(mean > 0, mean, 1.0)

    weights, scratch = torch.empty_like(rows), torch.empty_like(rows)
    target, tolerance = math.log2(perplexity), SEARCH_TOLERANCE / math.log(2)
    precision = torch.ones_like(mean)
    low, high = torch.zeros_like(mean), torch.full_like(mean, math.inf)
    for step in range(SEARCH_STEPS + 1):
        # exp2, not exp: torch.exp slows down tenfold where its results underflow.
        torch.mul(rows, -precision, out=weights).exp2_()
        weights.diagonal(first).zero_()
        total = weights.sum(1, keepdim=True)
        spread = torch.mul(weights, rows, out=scratch).sum(1, keepdim=True) / total
        excess = total.log2() + precision * spread - target  # of the entropy, in bits
        found = excess.abs() <= tolerance
        if step == SEARCH_STEPS or bool(found.all()):
            torch.div(weights, total, out=rows)
            return
        low = torch.where(excess > 0, precision, low)
        high = torch.where(excess < 0, precision, high)
        # A Newton step in the logarithm of the precision, where it stays between the two; its
        # slope is minus this, in bits.
        variance = scratch.mul_(rows).sum(1, keepdim=True) / total - spread.square()
        slope = (math.log(2) * precision).square() * variance
        newton = precision * (excess / slope).clamp(-_LONGEST, _LONGEST).exp2_()
        middle = torch.where(high.isinf(), 2 * precision, (low + high) / 2)
        inside = (newton > low) & (newton < high)  # also false where it is no number
        precision = torch.where(found, precision, torch.where(inside, newton, middle))
