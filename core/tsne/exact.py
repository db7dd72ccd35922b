"""The gradient of t-SNE over all pairs of points."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import torch
from torch import Tensor

from core.tsne import compiled
from core.tsne.exact_loop import all_pairs, finish_pairs
from core.tsne.gradient import SMALLEST_Z
from core.tsne.row_blocks import RowBlocks, threads_for

#: Costs are computed for so many pairs at a time, which stay in the cache.
_COST_ELEMENTS = 2**18


class ExactGradient:
    """The gradient with all of P.

    In float32 on a processor a compiled loop computes it, where Numba is installed; else PyTorch
    does, with some N x N tensors.

    Args:
        joint: P, (N, N) float32 or float64 with sum 1.
        threads: How many threads to use; as many as there are for a run if None.

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008, equation 5.
    """

    def __init__(self, joint: Tensor, threads: int | None = None) -> None:
        self._p = joint
        self._entropy = sum(
            float(torch.special.entr(row).sum(dtype=torch.float64)) for row in joint.split(64)
        )
        count = len(joint)
        self._compiled = (
            compiled.AVAILABLE and joint.device.type == "cpu" and joint.dtype == torch.float32
        )
        self._coordinates = np.empty((2, count), np.float32)
        self._sums = np.zeros((6, count), np.float32)
        self._blocks = RowBlocks(count, threads_for(count) if threads is None else threads)

    @torch.inference_mode()
    def __call__(
        self,
        positions: Tensor,
        gradient: Tensor,
        exaggeration: float = 1.0,
        *,
        measure: bool = True,
    ) -> float:
        find = self._by_loop if self._compiled else self._by_pytorch
        # Always measured: it costs little here.
        cross, z = find(positions, gradient, exaggeration)
        return cross + math.log(z) - self._entropy

    @torch.inference_mode()
    def costs(self, positions: Tensor) -> Tensor:
        """Return what each point adds to the KL divergence; see `Gradient`."""
        count = len(positions)
        costs = torch.empty(count, dtype=torch.float64, device=positions.device)
        masses = torch.empty_like(costs)
        z = -float(count)  # the diagonal, where w is 1
        x, y = positions.T
        rows = max(1, _COST_ELEMENTS // count)
        for first in range(0, count, rows):
            part = slice(first, first + rows)
            inverse = 1 + (x[part, None] - x).square_() + (y[part, None] - y).square_()
            z += float(inverse.reciprocal().sum(dtype=torch.float64))
            p = self._p[part]
            terms = torch.xlogy(p, p).add_(inverse.log_().mul_(p))
            torch.sum(terms, 1, dtype=torch.float64, out=costs[part])
            torch.sum(p, 1, dtype=torch.float64, out=masses[part])
        return costs + masses * math.log(max(z, SMALLEST_Z))

    def _by_pytorch(
        self, positions: Tensor, gradient: Tensor, exaggeration: float
    ) -> tuple[float, float]:
        """Return the sum of p log(1 / w), and Z."""
        x, y = positions.T
        dx, dy = x[:, None] - x, y[:, None] - y
        distances = dx.square() + dy.square()
        w = (1 + distances).reciprocal_().fill_diagonal_(0)
        z = max(float(w.sum(dtype=torch.float64)), SMALLEST_Z)
        forces = (exaggeration * self._p - w / z) * w
        gradient[:, 0] = 4 * (forces * dx).sum(1)
        gradient[:, 1] = 4 * (forces * dy).sum(1)
        return float((self._p * distances.log1p_()).sum(dtype=torch.float64)), z

    def _by_loop(
        self, positions: Tensor, gradient: Tensor, exaggeration: float
    ) -> tuple[float, float]:
        """Do what `_by_pytorch` does."""
        np.copyto(self._coordinates, positions.numpy().T)
        x, y = self._coordinates
        self._blocks.run(partial(all_pairs, self._p.numpy(), x, y, self._sums))
        z, cross = finish_pairs(self._sums, exaggeration, SMALLEST_Z, gradient.numpy())
        # A binary logarithm, of each pair once.
        return 2 * math.log(2) * cross, z
