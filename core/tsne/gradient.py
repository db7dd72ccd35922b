"""Declare what both engines of t-SNE compute: the gradient of KL(P || Q), in closed form.

    gradient_i = 4 sum_j (p_ij - q_ij) w_ij (y_i - y_j),  w_ij = 1 / (1 + |y_i - y_j|²),  q = w / Z

`core.tsne.exact` goes over all pairs; `core.tsne.mesh_gradient` over near neighbours, with the
repulsion from a mesh. `core.tsne.autograd` is the readable version that both are held against.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

#: Z is at least this, so that a map whose points are infinitely far apart has a KL.
SMALLEST_Z = 1e-30


class Gradient(Protocol):
    """What finds the gradient for the P that it was made with; several maps may share it."""

    def __call__(
        self,
        positions: Tensor,
        gradient: Tensor,
        exaggeration: float = 1.0,
        *,
        measure: bool = True,
    ) -> float:
        """Write the gradient at `positions`, both (N, 2), and return the KL divergence in nats.

        Exaggeration multiplies p in the gradient; the KL divergence is always that of P itself. It
        is NaN where `measure` does not ask for it, since it takes some time.
        """
        ...

    def costs(self, positions: Tensor) -> Tensor:
        """Return what each point adds to the KL divergence at `positions`, (N,) float64 in nats.

        It is sum_j p_ij log(p_ij / q_ij) of point i, with P not exaggerated.
        """
        ...
