"""What compiled loops need of the mesh and of the edges; `core.tsne.mesh` explains it."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from core.tsne.edges import Edges
from core.tsne.exact_loop import repel_all_pairs
from core.tsne.mesh import MARGIN, POINT_LIKE, Layout
from core.tsne.mesh_loop import gather, spread
from core.tsne.row_blocks import RowBlocks

Floats = NDArray[np.float32]


class Repulsion:
    """Does what `TorchRepulsion` does.

    `spectra` counts how often the kernel's spectrum was computed anew.
    """

    def __init__(self, blocks: RowBlocks) -> None:
        self._blocks = blocks
        self._layout: Layout | None = None
        self._grid: Floats = np.empty((0, 0), np.float32)
        self._spectrum: Floats = self._grid
        self.spectra = 0

    def __call__(self, places: Floats, sums: Floats) -> float:
        """Write what repels each point and return Z.

        Args:
            places: The points, (N, 2).
            sums: (3, N), written: a potential, and the forces sum_j w_ij² (y_i - y_j).
        """
        low_x, low_y = map(float, places.min(0))
        wide, high = float(places[:, 0].max()) - low_x, float(places[:, 1].max()) - low_y
        if max(wide, high) < POINT_LIKE:
            return _point_like(places, sums)
        count = len(places)
        layout = Layout.of(wide, high, count)
        if layout is None:
            x, y = np.ascontiguousarray(places.T)
            self._blocks.run(partial(repel_all_pairs, x, y, sums))
            return float(sums[0].sum(dtype=np.float64))
        if layout != self._layout:
            self._spectrum = fast_kernel_spectrum(layout).astype(np.float32)
            self._grid = np.empty((layout.columns, layout.rows), np.float32)
            self._layout = layout
            self.spectra += 1
        corner = low_x - MARGIN * layout.spacing, low_y - MARGIN * layout.spacing
        self._grid.fill(0)
        spread(places, *corner, 1 / layout.spacing, self._grid)
        potential = self._convolved(layout)
        self._blocks.run(partial(gather, places, *corner, 1 / layout.spacing, potential, sums))
        return float(sums[0].sum(dtype=np.float64)) - count

    def _convolved(self, layout: Layout) -> Floats:
        """Return the potential at the nodes; rows that are only padding are not transformed."""
        (height, width), workers = layout.padded, self._blocks.threads
        waves = fft.rfft(self._grid, n=width, axis=1, workers=workers)
        waves = np.asarray(fft.fft(waves, n=height, axis=0, workers=workers))
        waves *= self._spectrum
        waves = np.asarray(fft.ifft(waves, axis=0, workers=workers, overwrite_x=True))
        return np.asarray(fft.irfft(waves[: layout.columns], n=width, axis=1, workers=workers))


def fast_kernel_spectrum(layout: Layout) -> NDArray[np.float64]:
    """Return what `kernel_spectrum` does, in an eighth of the time.

    The kernel is even in both directions: a cosine transform of a quarter of it is all.
    """
    height, width = layout.padded
    down, across = ((np.arange(n // 2 + 1) * layout.spacing) ** 2 for n in (height, width))
    quarter = np.asarray(fft.dctn(1 / (1 + down[:, None] + across), type=1))
    for axis, n in enumerate((height, width)):
        splines = ((2 + np.cos(2 * np.pi * np.arange(n // 2 + 1) / n)) / 3) ** 2
        quarter /= np.expand_dims(splines, 1 - axis)
    return np.concatenate([quarter, quarter[-2:0:-1]])


def _point_like(places: Floats, sums: Floats) -> float:
    """Do what `Repulsion` does for a map that is hardly wider than a point.

    w is 1 - d² there, so that all sums have closed forms; on a mesh they would drown in rounding.
    """
    count = len(places)
    np.multiply(places - places.mean(0, dtype=np.float64), count, out=sums[1:].T)
    squares = float(np.square(sums[1:].astype(np.float64) / count).sum())
    return count * (count - 1) - 2 * count * squares


def neighbours_side_by_side(
    edges: Edges,
) -> tuple[NDArray[np.int32], tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]]:
    """Return the points in another order, (N,), and the edges between points in that order.

    The edges are pointers, indices and weights as in `Edges`. Neighbours have similar places in
    this order, so that a loop over edges finds most of what it reads in the cache: it then takes
    half the time.

    Source: Cuthill and McKee, Reducing the bandwidth of sparse symmetric matrices, 1969.
    """
    count = len(edges)
    arrays = (edges.weights.numpy(), edges.indices.numpy(), edges.pointers.numpy())
    graph = csr_array(arrays, shape=(count, count))
    order = reverse_cuthill_mckee(graph, symmetric_mode=True)
    ordered = graph[order][:, order].tocsr()
    ordered.sort_indices()
    pointers, indices = ordered.indptr.astype(np.int32), ordered.indices.astype(np.int32)
    return order, (pointers, indices, ordered.data)
