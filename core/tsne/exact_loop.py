"""The compiled loop over all pairs of points; `core.tsne.exact` has its readable twin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.tsne.compiled import loop

Floats = NDArray[np.float32]
_F = np.float32
#: log2(m) / (m - 1) on [1, 2] as a polynomial, from the constant on; log2 is then off by 2.5e-6.
_LOG2 = tuple(map(_F, (3.04233343, -3.07922829, 2.2759442, -1.02115689, 0.25043467, -0.02579235)))
_C0, _C1, _C2, _C3, _C4, _C5 = _LOG2
_MANTISSA_BITS = np.int32(23)
_MANTISSA = np.int32(0x7FFFFF)
_EXPONENT_OF_ONE = np.int32(0x3F800000)
_BIAS = np.int32(127)


@loop(inline=True)
def log2(x: Any) -> Any:
    """Return the binary logarithm of a float32 of at least 1.

    Numba calls a function for each `np.log2`, which is not vectorised; this is.
    """
    bits = _F(x).view(np.int32)
    exponent = _F((bits >> _MANTISSA_BITS) - _BIAS)
    m = np.int32((bits & _MANTISSA) | _EXPONENT_OF_ONE).view(np.float32)
    return exponent + (m - _F(1)) * (_C0 + m * (_C1 + m * (_C2 + m * (_C3 + m * (_C4 + m * _C5)))))


@loop()
def all_pairs(p: Floats, x: Floats, y: Floats, sums: Floats, first: int, last: int) -> None:
    """Add up what all other points do to the points `first` to `last` - 1.

    Args:
        p: P, (N, N), symmetric.
        x: First coordinates, (N,).
        y: Second coordinates, (N,).
        sums: (6, N), written at these points: p w dx and p w dy, w² dx and w² dy, w, and p log2 of
            1 / w over the later points alone. w is 1 / (1 + d²).
        first: The first point.
        last: One after the last.
    """
    for i in range(first, last):
        xi = x[i]
        yi = y[i]
        ax = _F(0)
        ay = _F(0)
        rx = _F(0)
        ry = _F(0)
        z = _F(0)
        cross = _F(0)
        # The points before and behind it: the point itself would add 1 to the weights, next to
        # which those of points far away would vanish. Slices, since Numba checks every index of a
        # range that does not begin with 0.
        row, xs, ys = p[i, :i], x[:i], y[:i]
        for j in range(len(row)):
            dx = xi - xs[j]
            dy = yi - ys[j]
            w = _F(1) / (_F(1) + dx * dx + dy * dy)
            pull = row[j] * w
            push = w * w
            ax += pull * dx
            ay += pull * dy
            rx += push * dx
            ry += push * dy
            z += w
        row, xs, ys = p[i, i + 1 :], x[i + 1 :], y[i + 1 :]
        for j in range(len(row)):
            dx = xi - xs[j]
            dy = yi - ys[j]
            distance = _F(1) + dx * dx + dy * dy
            w = _F(1) / distance
            pull = row[j] * w
            push = w * w
            ax += pull * dx
            ay += pull * dy
            rx += push * dx
            ry += push * dy
            z += w
            cross += row[j] * log2(distance)
        sums[0, i] = ax
        sums[1, i] = ay
        sums[2, i] = rx
        sums[3, i] = ry
        sums[4, i] = z
        sums[5, i] = cross


@loop()
def finish_pairs(
    sums: Floats, exaggeration: float, least: float, gradient: Floats
) -> tuple[float, float]:
    """Write the gradient that the sums of `all_pairs` make, and return Z and the sum of logarithms.

    Args:
        sums: As `all_pairs` has written them, (6, N).
        exaggeration: What P is multiplied by in the gradient.
        least: Z is at least this.
        gradient: (N, 2), written.
    """
    z = 0.0
    cross = 0.0
    ax, ay, rx, ry, weights, logs = sums
    for i in range(len(weights)):
        z += weights[i]
        cross += logs[i]
    z = max(z, least)
    pull = _F(4 * exaggeration)
    push = _F(4 / z)
    for i in range(len(weights)):
        gradient[i, 0] = pull * ax[i] - push * rx[i]
        gradient[i, 1] = pull * ay[i] - push * ry[i]
    return z, cross


@loop()
def repel_all_pairs(x: Floats, y: Floats, sums: Floats, first: int, last: int) -> None:
    """Add up how all other points repel the points `first` to `last` - 1.

    `sums` is (3, N), written at these points: w, and w² dx and w² dy. All else is as in
    `all_pairs`.
    """
    for i in range(first, last):
        xi = x[i]
        yi = y[i]
        rx = _F(0)
        ry = _F(0)
        z = _F(0)
        for side in range(2):
            xs = x[:i] if side == 0 else x[i + 1 :]
            ys = y[:i] if side == 0 else y[i + 1 :]
            for j in range(len(xs)):
                dx = xi - xs[j]
                dy = yi - ys[j]
                w = _F(1) / (_F(1) + dx * dx + dy * dy)
                push = w * w
                rx += push * dx
                ry += push * dy
                z += w
        sums[0, i] = z
        sums[1, i] = rx
        sums[2, i] = ry
