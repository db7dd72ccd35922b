"""KL(P || Q) and its gradient in closed form, without a fresh N x N tensor per iteration.

    gradient_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j),  w_ij = 1 / (1 + |y_i - y_j|²),  q = w / Z

`core.tsne.autograd` is the readable version that this one is held against.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from core.tsne.bands import BandFactors, Bands

#: Up to this |y|², the rounding errors of 1 + d² in float32 stay below 0.01.
_SAFE_NORM = 1e4
#: Three tensors of this many float32 numbers fit into a usual third-level cache.
_PART_ELEMENTS = 600_000


class _Kernels(NamedTuple):
    """Batched matrix product and logarithm, both with `out=`, and what they take for a tensor."""

    multiply: Callable[..., Any]
    log2: Callable[..., Any]
    operand: Callable[[Tensor], Any]


#: On the same memory, numpy multiplies such narrow matrices in half the time that torch takes on a
#: CPU (OpenBLAS against MKL), and finds logarithms in a quarter of it.
_CPU = _Kernels(np.matmul, np.log2, Tensor.numpy)
_DEVICE = _Kernels(torch.bmm, torch.log2, lambda tensor: tensor)


class _Part(NamedTuple):
    """Some bands of one map: tensors, and what the kernels take for them.

    `left` and `right` give `w_out`; `p` and `logs` give `kl_out`; `own` and `right` with the
    forces, or their transpose, give `to_columns` and `to_rows`.
    """

    w: Tensor
    own_bands: Tensor
    p: Tensor
    scratch: Tensor
    left: Any
    right: Any
    own: Any
    w_out: Any
    scratch_out: Any
    scratch_transposed: Any
    p_flat: Any
    logs: Any
    kl_out: Any
    to_columns: Any
    to_rows: Any


class TSNEGradient:
    """The gradient of KL(P || Q) for a number of maps of the same points.

    `joint` is P, (N, N) float32 or float64 with sum 1; all buffers live on its device, and the
    large ones are shared by the maps.

    Source: van der Maaten and Hinton, Visualizing Data using t-SNE, JMLR 2008, equation 5.
    """

    def __init__(self, joint: Tensor, maps: int = 1) -> None:
        bands = Bands.of(len(joint))
        # Twice P, as each pair stands for (i, j) and (j, i): its sum is 1.
        self._p = bands.cut(joint).mul_(2)
        entropies = (float(torch.special.entr(band).sum(dtype=torch.float64)) for band in self._p)
        self._entropy = sum(entropies) + math.log(2)
        self._mask = joint.new_ones(bands.rows, bands.rows).triu_(1)
        self._cross = joint.new_empty(bands.count, 1, 1)
        self._factors = BandFactors(maps, bands, joint)
        on_cpu = joint.device.type == "cpu"
        self._kernels = _CPU if on_cpu else _DEVICE
        # On a CPU as many bands at a time as the cache holds, elsewhere all: each takes some calls.
        size = max(1, _PART_ELEMENTS // self._p[0].numel()) if on_cpu else bands.count
        w, scratch = torch.empty_like(self._p), torch.empty_like(self._p[:size])
        self._parts = [
            [
                self._part(number, slice(first, min(first + size, bands.count)), w, scratch)
                for first in range(0, bands.count, size)
            ]
            for number in range(maps)
        ]

    def _part(self, number: int, bands: slice, w: Tensor, scratch: Tensor) -> _Part:
        """Return some bands of a map, with all views of them.

        The views are made once, since making one costs as much as a small product.
        """
        operand, factors, p = self._kernels.operand, self._factors, self._p[bands]
        w, scratch = w[bands], scratch[: len(p)]
        return _Part(
            w=w,
            own_bands=w[:, :, : len(self._mask)],
            p=p,
            scratch=scratch,
            left=operand(factors.left[number][bands]),
            right=operand(factors.right[number][bands]),
            own=operand(factors.own[number][bands]),
            w_out=operand(w),
            scratch_out=operand(scratch),
            scratch_transposed=operand(scratch.mT),
            p_flat=operand(p.view(len(p), 1, -1)),
            logs=operand(scratch.view(len(p), -1, 1)),
            kl_out=operand(self._cross[bands]),
            to_columns=operand(factors.to_columns[number][bands]),
            to_rows=operand(factors.to_rows[number][bands]),
        )

    @torch.inference_mode()
    def __call__(
        self, positions: Tensor, gradients: Tensor, exaggeration: float = 1.0
    ) -> list[float]:
        """Write the gradients at `positions`, (maps, N, 2), and return the KLs in nats.

        Exaggeration multiplies p in the gradient; the KL divergences are always those of P itself.
        """
        # A centred map lessens the rounding errors of the Gram product.
        centred = positions.mT - positions.mean(1)[:, :, None]
        extent = self._factors.place(centred)
        divergences = [self._evaluate(parts, extent, exaggeration) for parts in self._parts]
        self._factors.gather()
        forces = (centred * self._factors.weights).sub_(self._factors.moments)
        gradients.copy_(forces.mul_(2 * exaggeration).mT)
        return divergences

    def _evaluate(self, parts: list[_Part], extent: float, exaggeration: float) -> float:
        """Do the N x N work for one map, and return its KL divergence."""
        multiply, log2, _ = self._kernels
        total = 0.0
        for part in parts:
            multiply(part.left, part.right, out=part.w_out)
            if extent > _SAFE_NORM:
                part.w.clamp_min_(
                    1
                )  # rounding errors may have brought 1 + d² below 1, even below 0
            log2(part.w_out, out=part.scratch_out)
            multiply(part.p_flat, part.logs, out=part.kl_out)
            part.w.reciprocal_()
            part.own_bands.mul_(self._mask)
            total += float(part.w.sum())
        z = max(2 * total, 1e-30)
        for part in parts:
            # 2 (exaggeration p - w / z) w, less the exaggeration, which is applied at the very end
            torch.sub(part.p, part.w, alpha=2 / (z * exaggeration), out=part.scratch).mul_(part.w)
            multiply(part.own, part.scratch_out, out=part.to_columns)
            multiply(part.right, part.scratch_transposed, out=part.to_rows)
        log_distance = float(self._cross.sum(dtype=torch.float64)) * math.log(2)
        return log_distance + math.log(z) - self._entropy
