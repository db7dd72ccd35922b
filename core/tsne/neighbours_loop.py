"""The compiled choice of the nearest points; `core.tsne.neighbours` has its readable twin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.tsne.compiled import loop

_F = np.float32
#: So many scores are compared with the worst one kept by one vectorised minimum.
_CHUNK = 32


@loop()
def keep_nearest(
    scores: NDArray[np.float32],
    points: NDArray[np.float32],
    first: int,
    indices: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None:
    """Write down the k other points with the lowest scores of each row, and how far away they are.

    Args:
        scores: (M, N), of the points `first` to `first` + M - 1; lower is nearer.
        points: (N, D).
        first: The point that the first row belongs to.
        indices: (M, k), written: the points found, in no order.
        distances: (M, k), written: the squared distances to these, each from its D differences.
    """
    rows, count = scores.shape
    k = indices.shape[1]
    heap = np.empty(k, np.float32)
    for row in range(rows):
        own = first + row
        found = indices[row]
        # A heap with the worst of the k on top.
        heap[:] = np.inf
        found[:] = 0
        for start in range(0, count, _CHUNK):
            end = min(start + _CHUNK, count)
            lowest = _F(np.inf)
            for j in range(start, end):
                lowest = min(lowest, scores[row, j])
            if lowest >= heap[0]:
                continue
            for j in range(start, end):
                score = scores[row, j]
                if score >= heap[0] or j == own:
                    continue
                place = 0
                while True:
                    child = 2 * place + 1
                    if child >= k:
                        break
                    if child + 1 < k and heap[child + 1] > heap[child]:
                        child += 1
                    if heap[child] <= score:
                        break
                    heap[place] = heap[child]
                    found[place] = found[child]
                    place = child
                heap[place] = score
                found[place] = j
        for place in range(k):
            total = _F(0)
            for d in range(points.shape[1]):
                difference = points[own, d] - points[found[place], d]
                total += difference * difference
            distances[row, place] = total
