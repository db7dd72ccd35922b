"""Repulsion between many points in the plane, found on a mesh.

With one charge of 1 at each point,

    phi(y) = sum_j 1 / (1 + |y - y_j|²),   Z = sum_i phi(y_i) - N,
    sum_j w_ij² (y_i - y_j) = -1/2 grad phi(y_i).

phi is a convolution. The charges are spread onto a regular mesh with cubic B-splines and convolved
with the kernel by Fourier transforms; potential and forces are read off the mesh with the same
B-splines.

Source: Essmann et al., A smooth particle mesh Ewald method, J. Chem. Phys. 1995.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor

#: Distances between nodes, in units of the map, on a wide map with at least so many points for each
#: square unit. Where points are sparse forces are weak, and the mesh must be finer.
SPACINGS = ((1.0, 1 / 3), (0.25, 0.3), (0.0, 0.2))
#: On a map narrower than this so few nodes would sample the kernel too coarsely.
NARROW = 20.0
NARROW_SPACING = 1 / 8
#: On a map narrower than this the kernel is 1 - d² up to a relative error of 3e-3.
POINT_LIKE = 0.06
#: Nodes beside the outermost points: B-splines reach two, and one is left for rounding.
MARGIN = 3
#: Numbers of nodes are multiples of at least this, and of about a sixteenth, so that a map that
#: grows keeps its spectrum for a while.
_STEP = 16
#: All pairs are taken where they are fewer than this many for each node of the mesh, and so faster.
PAIRS_PER_NODE = 8
#: A mesh has at most this many nodes, 268 MB in float32.
MAX_NODES = 2**26
#: Charges on a GPU are added up in whole parts of 2^-32, since the order of atomic additions then
#: changes no bit.
_PARTS = 2.0**32
#: Rows of all pairs at a time, without compiled loops.
_PAIRS_AT_A_TIME = 2**24


class Layout(NamedTuple):
    """A mesh: the distance between its nodes, and how many there are in the two directions."""

    spacing: float
    columns: int
    rows: int

    @classmethod
    def of(cls, wide: float, high: float, points: int) -> Layout | None:
        """Return the mesh for so many points on a map of this width and height.

        None where all pairs are faster, the mesh would be too large, or the map has diverged.
        """
        most = min(MAX_NODES, points * points / PAIRS_PER_NODE)
        # Also False for NaN. The padded mesh has four times as many nodes.
        if not 4 * wide * high / SPACINGS[0][1] ** 2 <= most:
            return None
        spacing = NARROW_SPACING
        if max(wide, high) >= NARROW:
            density = points / (wide * high) if wide * high > 0 else math.inf
            spacing = next(each for least, each in SPACINGS if density >= least)
        if max(wide, high) / spacing > most:
            return None
        layout = cls(spacing, _nodes(wide / spacing), _nodes(high / spacing))
        return layout if math.prod(layout.padded) <= most else None

    @property
    def padded(self) -> tuple[int, int]:
        """Return the nodes with as many empty ones beside them, so that opposite edges do not meet:
        even numbers that have a fast Fourier transform."""
        return 2 * fast_length(self.columns), 2 * fast_length(self.rows)


def fast_length(nodes: int) -> int:
    """Return the next number without prime factors above 5, which has a fast Fourier transform."""
    while True:
        rest = nodes
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return nodes
        nodes += 1


def _nodes(spaces: float) -> int:
    nodes = int(spaces) + 2 * MARGIN + 1
    step = max(_STEP, 2 ** int(math.log2(nodes) - 4))
    return math.ceil(nodes / step) * step


def kernel_spectrum(layout: Layout, device: torch.device | str = "cpu") -> Tensor:
    """Return the Fourier transform of 1 / (1 + d²), divided by that of the B-splines, squared.

    It is real, float64, (height, width / 2 + 1) of the padded mesh, on this device. The squares are
    those of spreading and of reading off.
    """
    height, width = layout.padded
    # Distances around the mesh, the shorter way.
    down, across = (
        torch.minimum(nodes, n - nodes).double() * layout.spacing
        for n in (height, width)
        for nodes in (torch.arange(n, device=device),)
    )
    kernel = 1 / (1 + down[:, None].square() + across.square())
    spectrum = torch.fft.rfft2(kernel).real
    rows, columns = (
        (
            (2 + torch.cos(2 * math.pi * torch.arange(count, device=device).double() / n)) / 3
        ).square()
        for count, n in ((height, height), (width // 2 + 1, width))
    )
    return spectrum / rows[:, None] / columns


class TorchRepulsion:
    """Finds the repulsion of N points, on a mesh or, where that is faster, over all pairs.

    In PyTorch, on any device. `core.tsne.mesh_repulsion` does the same in compiled loops.
    """

    def __init__(self) -> None:
        self._layout: Layout | None = None
        self._spectrum: Tensor | None = None

    def __call__(self, positions: Tensor) -> tuple[Tensor, float]:
        """Return the forces sum_j w_ij² (y_i - y_j), (N, 2), and Z."""
        count = len(positions)
        low, high = positions.amin(0), positions.amax(0)
        wide, tall = (high - low).tolist()
        if max(wide, tall) < POINT_LIKE:
            offsets = positions - positions.mean(0)
            squares = float(offsets.square().sum(dtype=torch.float64))
            return count * offsets, count * (count - 1) - 2 * count * squares
        layout = Layout.of(wide, tall, count)
        if layout is None:
            return repel_in_chunks(positions)
        if layout != self._layout:
            self._spectrum = kernel_spectrum(layout, positions.device).to(positions)
            self._layout = layout
        places = (positions - low) / layout.spacing + MARGIN
        nodes = places.floor()
        weights, slopes = _splines(places - nodes)
        # (N, 4, 4): the nodes around each point.
        around = torch.arange(-1, 3, device=positions.device)
        columns, rows = (nodes.long()[:, :, None] + around).unbind(1)
        indices = (columns[:, :, None] * layout.rows + rows[:, None, :]).view(-1)
        charges = weights[:, 0, :, None] * weights[:, 1, None, :]
        grid = torch.zeros(layout.columns * layout.rows, dtype=torch.int64, device=positions.device)
        grid.index_add_(0, indices, (charges.view(-1).double() * _PARTS).long())
        density = (grid.double() / _PARTS).to(positions.dtype).view(layout.columns, layout.rows)
        waves = torch.fft.rfft2(density, s=layout.padded)
        assert self._spectrum is not None
        potential = torch.fft.irfft2(waves * self._spectrum, s=layout.padded)
        inside = potential[: layout.columns, : layout.rows].reshape(-1)[indices].view(-1, 4, 4)
        along_y = (inside @ weights[:, 1, :, None])[:, :, 0]
        across_y = (inside @ slopes[:, 1, :, None])[:, :, 0]
        phi = (along_y * weights[:, 0]).sum(1)
        gradient = torch.stack(
            [(along_y * slopes[:, 0]).sum(1), (across_y * weights[:, 0]).sum(1)], 1
        )
        z = float(phi.sum(dtype=torch.float64)) - count
        return gradient * (-0.5 / layout.spacing), z


def _splines(t: Tensor) -> tuple[Tensor, Tensor]:
    """Return the cubic B-spline at the four nodes around places, and its derivative.

    `t` is how far the places lie behind the second node, any shape, 0 to 1; the results have one
    dimension more, of four nodes.
    """
    u = 1 - t
    weights = [u**3 / 6, (3 * t**3 - 6 * t**2 + 4) / 6, (3 * u**3 - 6 * u**2 + 4) / 6, t**3 / 6]
    slopes = [-(u**2) / 2, (3 * t**2 - 4 * t) / 2, -(3 * u**2 - 4 * u) / 2, t**2 / 2]
    return torch.stack(weights, -1), torch.stack(slopes, -1)


def repel_in_chunks(positions: Tensor) -> tuple[Tensor, float]:
    """Return what `TorchRepulsion` does, over all pairs."""
    forces = torch.empty_like(positions)
    z = 0.0
    size = max(1, _PAIRS_AT_A_TIME // len(positions))
    for first in range(0, len(positions), size):
        rows = positions[first : first + size]
        offsets = rows[:, None] - positions
        w = (1 + offsets.square().sum(2)).reciprocal_()
        w.diagonal(first).zero_()
        z += float(w.sum(dtype=torch.float64))
        forces[first : first + size] = (w.square()[:, :, None] * offsets).sum(1)
    return forces, z
