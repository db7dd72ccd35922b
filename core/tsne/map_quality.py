"""Measure how good the maps of one t-SNE problem are: label agreement and trustworthiness."""

from __future__ import annotations

from functools import cached_property

import torch
from torch import Tensor

from core.analysis.distances import squared_distances_to
from core.analysis.neighbours import nearest_on_map
from core.analysis.quality import distance_ranks, label_agreement, trustworthiness

#: The measures look at this many nearest neighbours.
NEIGHBOURS = 5
#: Up to so many points all are asked for their neighbours, else so many, evenly spread.
MAX_ASKED = 5_000
#: Of more than `MAX_ASKED` points so many are asked whether their neighbours are true ones.
TRUST_ASKED = 500
#: Distances of so many pairs are in memory at a time.
_PAIRS = 2**22


class MapQuality:
    """Measures maps of N points, (N, D), with labels (N,) if anybody knows them."""

    def __init__(self, points: Tensor, labels: Tensor | None) -> None:
        self._points = points
        self._labels = labels
        self._k = min(NEIGHBOURS, len(points) - 1)
        self._large = len(points) > MAX_ASKED

    def of(self, positions: Tensor, *, whole: bool) -> tuple[float | None, float | None]:
        """Return the label agreement and the trustworthiness of a map, (N, 2).

        A measure is None where it is not defined, or takes too long: the trustworthiness of many
        points is measured only where `whole` asks for it. Both are NaN if the map has diverged.
        """
        defined = 2 * self._k < len(self._points)
        if not bool(positions.isfinite().all()):
            return (None if self._labels is None else torch.nan), torch.nan if defined else None
        if not self._large:
            neighbours = nearest_on_map(positions, self._k, self._rows)
            return self._agreement(neighbours), (
                trustworthiness(neighbours, self._ranks.gather(1, neighbours), len(positions))
                if defined
                else None
            )
        neighbours = nearest_on_map(positions, self._k, self._asked)
        agreement = self._agreement(neighbours, self._asked)
        if not whole:
            return agreement, None
        some = slice(None, None, len(self._asked) // TRUST_ASKED)
        rows = self._asked[some]
        ranks = self._ranks_of(rows, neighbours[some])
        return agreement, trustworthiness(neighbours[some], ranks, len(positions))

    def _agreement(self, neighbours: Tensor, rows: Tensor | None = None) -> float | None:
        if self._labels is None:
            return None
        own = self._labels if rows is None else self._labels[rows]
        return label_agreement(neighbours, own, self._labels)

    @cached_property
    def _rows(self) -> Tensor:
        return torch.arange(len(self._points), device=self._points.device)

    @cached_property
    def _asked(self) -> Tensor:
        count = len(self._points)
        device = self._points.device
        return torch.linspace(0, count - 1, MAX_ASKED, device=device).round().long()

    @cached_property
    def _ranks(self) -> Tensor:
        return distance_ranks(self._points)

    def _ranks_of(self, rows: Tensor, neighbours: Tensor) -> Tensor:
        """Return which neighbours of the points `rows` these are in the data: 1 is the nearest."""
        ranks = torch.empty_like(neighbours)
        size = max(1, _PAIRS // len(self._points))
        for first in range(0, len(rows), size):
            part = slice(first, first + size)
            distances = squared_distances_to(self._points, self._points[rows[part]])
            distances.scatter_(1, rows[part, None], -torch.inf)
            found = distances.gather(1, neighbours[part])
            # A point is no neighbour of itself, but is counted: its distance is the least.
            ranks[part] = (distances[:, None] < found[:, :, None]).sum(2)
        return ranks
