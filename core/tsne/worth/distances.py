"""Compare distances on maps with distances in the data: a Shepard diagram, rank correlations."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from scipy.stats import rankdata

Floats = NDArray[np.floating]

#: All pairs of at most so many digits, evenly spread, are compared: a quarter of a million.
SAMPLED = 700
#: Columns, and rows, of the Shepard diagram.
BINS = 32
#: With fewer classes a rank correlation of their centres says nothing.
MIN_CLASSES = 3


@dataclass(frozen=True, kw_only=True, eq=False)
class Distances:
    """How distances on a map go with those in the data.

    Attributes:
        counts: The Shepard diagram: numbers of pairs, int64 (BINS, BINS), with rows for distances
            on the map and columns for those in the data, both ascending from 0.
        data_max: Where the last column ends.
        map_max: Where the last row ends.
        pairs: Rank correlation of the distances of all sampled pairs; NaN if all are equal.
        centres: Rank correlation of the distances between the classes' centres; NaN for fewer than
            `MIN_CLASSES` classes.
        between: Its mean with those of the other maps, in place of the data; NaN without any.
    """

    counts: NDArray[np.int64]
    data_max: float
    map_max: float
    pairs: float
    centres: float
    between: float


class DistanceComparison:
    """Compares maps of the same points, float (N, D), with labels, (N,).

    Source: Shepard, The analysis of proximities, Psychometrika 1962; Spearman's rank correlation.
    """

    def __init__(self, points: NDArray[np.floating], labels: NDArray[np.integer]) -> None:
        count = len(points)
        self._rows = np.linspace(0, count - 1, min(count, SAMPLED)).round().astype(np.intp)
        self._labels = labels
        pairs = pdist(points[self._rows].astype(np.float64))
        self._max = float(pairs.max())
        self._columns = _bins(pairs, self._max)
        self._ranks = _ranks(pairs)
        self._centres = _ranks(self._between_classes(points))

    def of(self, positions: NDArray[np.floating], others: list[int]) -> list[Distances | None]:
        """Compare P maps, (P, N, 2); None for one that has diverged.

        `others` are the maps that count as the other ones of each: not PCA, say.
        """
        finite = [bool(np.isfinite(each).all()) for each in positions]
        centres = [
            _ranks(self._between_classes(each)) if good else None
            for each, good in zip(positions, finite, strict=True)
        ]
        found: list[Distances | None] = []
        for number, (each, own) in enumerate(zip(positions, centres, strict=True)):
            if own is None:
                found.append(None)
                continue
            pairs = pdist(each[self._rows].astype(np.float64))
            largest = float(pairs.max())
            cells = _bins(pairs, largest) * BINS + self._columns
            counts = np.bincount(cells, minlength=BINS * BINS).reshape(BINS, BINS)
            between = [
                _correlation(own, ranks)
                for other in others
                if other != number and (ranks := centres[other]) is not None
            ]
            found.append(
                Distances(
                    counts=counts,
                    data_max=self._max,
                    map_max=largest,
                    pairs=_correlation(_ranks(pairs), self._ranks),
                    centres=_correlation(own, self._centres),
                    between=float(np.mean(between)) if between else math.nan,
                )
            )
        return found

    def _between_classes(self, points: NDArray[np.floating]) -> Floats:
        """Return the distances between the centres of the classes; none if they are too few."""
        classes = np.unique(self._labels)
        if len(classes) < MIN_CLASSES:
            return np.empty(0)
        centres = [points[self._labels == each].mean(0, dtype=np.float64) for each in classes]
        return pdist(np.stack(centres))


def _bins(distances: Floats, largest: float) -> NDArray[np.intp]:
    scale = BINS / largest if largest else 0.0
    return np.minimum((distances * scale).astype(np.intp), BINS - 1)


def _ranks(values: Floats) -> Floats:
    return rankdata(values) if len(values) else values


def _correlation(a: Floats, b: Floats) -> float:
    """Return Pearson's correlation of two columns of ranks, which is Spearman's of the values."""
    if not len(a) or not a.std() or not b.std():
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])
