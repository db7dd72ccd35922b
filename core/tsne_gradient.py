"""KL(P || Q) and its gradient in closed form, without a fresh N x N tensor per iteration.

    gradient_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j),  w_ij = 1 / (1 + |y_i - y_j|²),  q = w / Z

`core.tsne_autograd` is the readable version that this one is held against.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.tsne_bands import BandFactors, Bands

#: Up to this |y|², the rounding errors of 1 + d² in float32 stay below 0.01.
_SAFE_NORM = 1e4


class _Kernels(NamedTuple):
    """Batched matrix product and logarithm, both with `out=`, and what they take for a tensor."""

    multiply: Callable[..., Any]
    log2: Callable[..., Any]
    operand: Callable[[Tensor], Any]


#: On the same memory, numpy multiplies such narrow matrices in half the time that torch takes on a
#: CPU (OpenBLAS against MKL), and finds logarithms in a quarter of it.
_CPU = _Kernels(np.matmul, np.log2, Tensor.numpy)
_DEVICE = _Kernels(torch.bmm, torch.log2, lambda tensor: tensor)


class TSNEGradient:
    """The gradient of KL(P || Q) for a number of maps of the same points.

    `joint` is P, (N, N) float32 or float64 with sum 1; all buffers live on its device, and the
    large ones are shared by the maps.

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008, equation 5.
    """

    def __init__(self, joint: Tensor, maps: int = 1) -> None:
        bands = Bands.of(len(joint))
        self._maps = maps
        # Twice P, as each pair stands for (i, j) and (j, i): its sum is 1.
        self._p = bands.cut(joint).mul_(2)
        self._w, self._scratch = torch.empty_like(self._p), torch.empty_like(self._p)
        entropies = (float(torch.special.entr(band).sum(dtype=torch.float64)) for band in self._p)
        self._entropy = sum(entropies) + math.log(2)
        self._own_bands = self._w[:, :, : bands.rows]
        self._mask = joint.new_ones(bands.rows, bands.rows).triu_(1)
        self._logs = joint.new_empty(bands.count, 1, 1)
        self._factors = BandFactors(maps, bands, joint)

        self._kernels = _CPU if joint.device.type == "cpu" else _DEVICE
        operand, factors, scratch = self._kernels.operand, self._factors, self._scratch
        flat = (bands.count, 1, -1)
        self._gram = [
            (operand(left), operand(right))
            for left, right in zip(factors.left, factors.right, strict=True)
        ]
        self._w_out, self._scratch_out = operand(self._w), operand(scratch)
        self._kl = (operand(self._p.view(flat)), operand(scratch.view(flat).mT))
        self._kl_out = operand(self._logs)
        self._products = [
            (
                (operand(own), operand(scratch), operand(to_columns)),
                (operand(right), operand(scratch.mT), operand(to_rows)),
            )
            for own, right, to_columns, to_rows in zip(
                factors.own, factors.right, factors.to_columns, factors.to_rows, strict=True
            )
        ]

    @torch.inference_mode()
    def __call__(
        self, positions: Tensor, gradients: Tensor, exaggeration: float = 1.0
    ) -> list[float]:
        """Writes the gradients at `positions`, (maps, N, 2), and returns the KLs in nats.

        The gradients are those of KL(exaggeration * P || Q), the KL divergences always those of P.
        """
        # A centred map lessens the rounding errors of the Gram product.
        centred = positions.mT - positions.mean(1)[:, :, None]
        extent = self._factors.place(centred)
        divergences = [self._evaluate(number, extent, exaggeration) for number in range(self._maps)]
        self._factors.gather()
        forces = (centred * self._factors.weights).sub_(self._factors.moments)
        gradients.copy_(forces.mul_(2 * exaggeration).mT)
        return divergences

    def _evaluate(self, number: int, extent: float, exaggeration: float) -> float:
        """Does the N x N work for one map, and returns its KL divergence."""
        w, scratch, (multiply, log2, _) = self._w, self._scratch, self._kernels
        multiply(*self._gram[number], out=self._w_out)
        if extent > _SAFE_NORM:
            w.clamp_min_(1)  # rounding errors may have brought 1 + d² below 1, even below 0
        log2(self._w_out, out=self._scratch_out)
        multiply(*self._kl, out=self._kl_out)
        w.reciprocal_()
        self._own_bands.mul_(self._mask)
        z = max(2 * float(w.sum()), 1e-30)
        # 2 (exaggeration p - w / z) w, less the exaggeration, which is applied at the very end
        torch.sub(self._p, w, alpha=2 / (z * exaggeration), out=scratch).mul_(w)
        for left, right, out in self._products[number]:
            multiply(left, right, out=out)
        log_distance = float(self._logs.sum(dtype=torch.float64)) * math.log(2)
        return log_distance + math.log(z) - self._entropy
