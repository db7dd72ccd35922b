"""The gradient of t-SNE for many points: attraction by near neighbours, repulsion on a mesh."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import torch
from torch import Tensor

from core.tsne import compiled
from core.tsne.edges import Edges
from core.tsne.gradient import SMALLEST_Z
from core.tsne.mesh import TorchRepulsion
from core.tsne.mesh_loop import attract, measure_edges
from core.tsne.row_blocks import RowBlocks, threads_for


class MeshGradient:
    """The gradient with P of near neighbours alone.

    On a processor compiled loops compute it in float32, where Numba is installed; else PyTorch.

    Args:
        edges: P.
        device: Where positions and gradients are.
        threads: How many threads to use; as many as there are for a run if None.
        by_loop: Whether to use the compiled loops; where they can be used if None.
    """

    def __init__(
        self,
        edges: Edges,
        device: torch.device | str = "cpu",
        *,
        threads: int | None = None,
        by_loop: bool | None = None,
    ) -> None:
        count = len(edges)
        self._entropy = float(torch.special.entr(edges.weights.double()).sum())
        possible = compiled.AVAILABLE and torch.device(device).type == "cpu"
        self._by_loops = possible if by_loop is None else by_loop
        if self._by_loops:
            # SciPy is not needed on a GPU.
            from core.tsne.mesh_repulsion import Repulsion, neighbours_side_by_side

            blocks = RowBlocks(count, threads_for(count) if threads is None else threads)
            self._blocks, self._repulsion = blocks, Repulsion(blocks)
            self._order, self._edges = neighbours_side_by_side(edges)
            self._places = np.empty((count, 2), np.float32)
            self._pulls = np.empty((2, count), np.float32)
            self._logs = np.empty(count, np.float32)
            self._pushes = np.empty((3, count), np.float32)
        else:
            self._p = edges.weights.to(device)
            self._pointers = edges.pointers.long().to(device)
            self._others = edges.indices.long().to(device)
            self._owners = torch.repeat_interleave(self._pointers.diff())
            self._torch_repulsion = TorchRepulsion()

    @torch.inference_mode()
    def __call__(
        self,
        positions: Tensor,
        gradient: Tensor,
        exaggeration: float = 1.0,
        *,
        measure: bool = True,
    ) -> float:
        find = self._by_loop if self._by_loops else self._by_pytorch
        cross, z = find(positions, gradient, exaggeration, measure)
        return cross + math.log(z) - self._entropy if measure else math.nan

    def _by_pytorch(
        self, positions: Tensor, gradient: Tensor, exaggeration: float, measure: bool
    ) -> tuple[float, float]:
        """Return the sum of p log(1 / w), 0 if it is not measured, and Z."""
        repulsion, z = self._torch_repulsion(positions)
        z = max(z, SMALLEST_Z)
        offsets = positions[self._owners] - positions[self._others]
        distances = offsets.square().sum(1)
        pulls = offsets * (self._p / (1 + distances))[:, None]
        attraction = torch.segment_reduce(pulls, "sum", offsets=self._pointers, axis=0)
        torch.sub(exaggeration * attraction, repulsion, alpha=1 / z, out=gradient).mul_(4)
        cross = (self._p * distances.log1p_()).sum(dtype=torch.float64) if measure else 0.0
        return float(cross), z

    def _by_loop(
        self, positions: Tensor, gradient: Tensor, exaggeration: float, measure: bool
    ) -> tuple[float, float]:
        """Do what `_by_pytorch` does."""
        places = np.take(positions.numpy(), self._order, axis=0, out=self._places)
        pulls, pushes = self._pulls, self._pushes
        z = max(self._repulsion(places, pushes), SMALLEST_Z)
        self._blocks.run(partial(attract, *self._edges, places, pulls))
        pulls *= np.float32(4 * exaggeration)
        pulls -= np.float32(4 / z) * pushes[1:]
        gradient.numpy()[self._order] = pulls.T
        if not measure:
            return 0.0, z
        self._blocks.run(partial(measure_edges, *self._edges, places, self._logs))
        return math.log(2) * float(self._logs.sum(dtype=np.float64)), z

    @torch.inference_mode()
    def costs(self, positions: Tensor) -> Tensor:
        """Return what each point adds to the KL divergence; see `Gradient`."""
        find = self._costs_by_loop if self._by_loops else self._costs_by_pytorch
        return find(positions)

    def _costs_by_pytorch(self, positions: Tensor) -> Tensor:
        _, z = self._torch_repulsion(positions)
        offsets = positions[self._owners] - positions[self._others]
        logs = self._p * offsets.square().sum(1).log1p_()
        by_point = partial(torch.segment_reduce, reduce="sum", offsets=self._pointers)
        return _costs(self._p, by_point(logs.double()), z, by_point)

    def _costs_by_loop(self, positions: Tensor) -> Tensor:
        """Do what `_costs_by_pytorch` does."""
        places = np.take(positions.numpy(), self._order, axis=0, out=self._places)
        z = self._repulsion(places, self._pushes)
        self._blocks.run(partial(measure_edges, *self._edges, places, self._logs))
        pointers, _, weights = map(torch.from_numpy, self._edges)
        by_point = partial(torch.segment_reduce, reduce="sum", offsets=pointers.long())
        logs = math.log(2) * torch.from_numpy(self._logs).double()
        costs = torch.empty_like(logs)
        costs.numpy()[self._order] = _costs(weights, logs, z, by_point).numpy()
        return costs


def _costs(p: Tensor, logs: Tensor, z: float, by_point: Callable[[Tensor], Tensor]) -> Tensor:
    """Return the costs of points, (N,).

    Args:
        p: P of all edges.
        logs: The sum of p log(1 / w) over the edges of each point, (N,).
        z: Z.
        by_point: Sums values of all edges over the edges of each point.
    """
    p = p.double()
    return by_point(torch.xlogy(p, p)) + logs + by_point(p) * math.log(max(z, SMALLEST_Z))
