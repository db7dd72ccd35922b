"""The compiled loops over the mesh and over the edges.

`core.tsne.mesh` and `core.tsne.mesh_gradient` have their readable twins.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.tsne.compiled import loop
from core.tsne.exact_loop import log2

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]
_F = np.float32
#: Indices are unsigned, since Numba checks signed ones for being negative.
_U = np.uint32
_HALF = _F(0.5)
_SIXTH = _F(1 / 6)


@loop(inline=True)
def _weights(t: Any) -> Any:
    """Return the cubic B-spline at the four nodes around a place, `t` behind the second of them."""
    u = _F(1) - t
    first = u * u * u * _SIXTH
    last = t * t * t * _SIXTH
    second = _F(2 / 3) + t * t * (_HALF * t - _F(1))
    return first, second, _F(1) - first - second - last, last


@loop(inline=True)
def _slopes(t: Any) -> Any:
    """Return the derivatives of `_weights` by `t`."""
    u = _F(1) - t
    first = -u * u * _HALF
    last = t * t * _HALF
    second = t * (_F(1.5) * t - _F(2))
    return first, second, -first - second - last, last


@loop()
def spread(places: Floats, low_x: float, low_y: float, inverse: float, grid: Floats) -> None:
    """Add a charge of 1 to the grid at each point; the grid's first node is at the low corner.

    Args:
        places: The points, (N, 2).
        low_x: First coordinate of the first node.
        low_y: Second coordinate of the first node.
        inverse: One over the distance between nodes.
        grid: (nodes, nodes), added to.
    """
    for i in range(len(places)):
        u = _F((places[i, 0] - low_x) * inverse)
        v = _F((places[i, 1] - low_y) * inverse)
        a = int(u)
        b = int(v)
        x0, x1, x2, x3 = _weights(u - _F(a))
        y0, y1, y2, y3 = _weights(v - _F(b))
        for k in range(4):
            wx = x0 if k == 0 else x1 if k == 1 else x2 if k == 2 else x3
            row = grid[_U(a - 1 + k), _U(b - 1) : _U(b + 3)]
            row[0] += wx * y0
            row[1] += wx * y1
            row[2] += wx * y2
            row[3] += wx * y3


@loop()
def gather(
    places: Floats,
    low_x: float,
    low_y: float,
    inverse: float,
    potential: Floats,
    sums: Floats,
    first: int,
    last: int,
) -> None:
    """Read potential and forces off the grid at the points `first` to `last` - 1.

    `sums` is (3, N): the potential, and minus half of its derivatives by x and y. All else is as in
    `spread`.
    """
    factor = _F(-0.5 * inverse)
    for i in range(first, last):
        u = _F((places[i, 0] - low_x) * inverse)
        v = _F((places[i, 1] - low_y) * inverse)
        a = int(u)
        b = int(v)
        s = u - _F(a)
        t = v - _F(b)
        x0, x1, x2, x3 = _weights(s)
        y0, y1, y2, y3 = _weights(t)
        dx0, dx1, dx2, dx3 = _slopes(s)
        dy0, dy1, dy2, dy3 = _slopes(t)
        value = _F(0)
        slope_x = _F(0)
        slope_y = _F(0)
        for k in range(4):
            wx = x0 if k == 0 else x1 if k == 1 else x2 if k == 2 else x3
            dx = dx0 if k == 0 else dx1 if k == 1 else dx2 if k == 2 else dx3
            row = potential[_U(a - 1 + k), _U(b - 1) : _U(b + 3)]
            along = row[0] * y0 + row[1] * y1 + row[2] * y2 + row[3] * y3
            across = row[0] * dy0 + row[1] * dy1 + row[2] * dy2 + row[3] * dy3
            value += wx * along
            slope_x += dx * along
            slope_y += wx * across
        sums[0, i] = value
        sums[1, i] = factor * slope_x
        sums[2, i] = factor * slope_y


@loop()
def attract(
    pointers: Integers,
    indices: Integers,
    p: Floats,
    places: Floats,
    sums: Floats,
    first: int,
    last: int,
) -> None:
    """Add up what its neighbours do to each of the points `first` to `last` - 1.

    Args:
        pointers: As in `core.tsne.edges.Edges`, like the next two.
        indices: The other points.
        p: P.
        places: The points, (N, 2): both coordinates of a neighbour are in one line of the cache.
        sums: (2, N), written at these points: p w dx and p w dy.
        first: The first point.
        last: One after the last.
    """
    for i in range(first, last):
        xi = places[i, 0]
        yi = places[i, 1]
        ax = _F(0)
        ay = _F(0)
        others = indices[pointers[i] : pointers[i + 1]]
        own = p[pointers[i] : pointers[i + 1]]
        for edge in range(len(others)):
            j = _U(others[edge])
            dx = xi - places[j, 0]
            dy = yi - places[j, 1]
            pull = own[edge] / (_F(1) + dx * dx + dy * dy)
            ax += pull * dx
            ay += pull * dy
        sums[0, i] = ax
        sums[1, i] = ay


@loop()
def measure_edges(
    pointers: Integers,
    indices: Integers,
    p: Floats,
    places: Floats,
    sums: Floats,
    first: int,
    last: int,
) -> None:
    """Add up p log2 of 1 / w over the neighbours of each of the points `first` to `last` - 1.

    `sums` is (N,), all else as in `attract`. Apart from it, since the forces would differ in their
    last bits where both are computed in one loop.
    """
    for i in range(first, last):
        xi = places[i, 0]
        yi = places[i, 1]
        cross = _F(0)
        others = indices[pointers[i] : pointers[i + 1]]
        own = p[pointers[i] : pointers[i + 1]]
        for edge in range(len(others)):
            j = _U(others[edge])
            dx = xi - places[j, 0]
            dy = yi - places[j, 1]
            cross += own[edge] * log2(_F(1) + dx * dx + dy * dy)
        sums[i] = cross
