"""Store t-SNE's symmetric matrices as one regular tensor that holds each pair of points once.

The points are cut into an odd number of equal bands. Each band meets itself and the half of the
other bands that follows it, cyclically:

    bands 0 1 2 3 4        0 meets 0 1 2        3 meets 3 4 0
                           1 meets 1 2 3        4 meets 4 0 1
                           2 meets 2 3 4

That is (bands, rows, columns) with hardly more than N² / 2 elements and no ragged triangle, so a
few batched calls handle it. Within its own band each pair occurs twice, and a mask takes one away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

#: Points per band, about. More bands compute fewer pairs twice, in more and smaller products; those
#: of fewer than a million multiplications are much the faster ones, up to 5,000 points.
_ROWS = 68
#: Below this many points one band is quicker.
_FEW_POINTS = 256
#: Norm of the points that fill up the last band: as good as infinitely far from all others.
_FAR_AWAY = 1e30


@dataclass(frozen=True, kw_only=True)
class Bands:
    """How many bands of how many points each; `columns` is how many points each band meets."""

    points: int
    count: int
    rows: int

    @classmethod
    def of(cls, points: int) -> Self:
        count = points // _ROWS // 2 * 2 + 1 if points >= _FEW_POINTS else 1
        return cls(points=points, count=count, rows=-(-points // count))

    @property
    def columns(self) -> int:
        return self.rows * (self.count + 1) // 2

    @property
    def padded(self) -> int:
        """The number of points with those that fill up the last band."""
        return self.rows * self.count

    def cut(self, matrix: Tensor) -> Tensor:
        """Return a symmetric (N, N) matrix as (bands, rows, columns): each pair once, else 0."""
        cut = matrix.new_zeros(self.count, self.rows, self.columns)
        for band, target in enumerate(cut):
            first = band * self.rows
            source = matrix[first : first + self.rows]
            direct = source[:, first : first + self.columns]
            target[: len(source), : direct.shape[1]] = direct
            beyond = first + self.columns - self.padded  # after the last band comes the first
            if beyond > 0:
                wrapped = source[:, :beyond]
                at = self.padded - first
                target[: len(source), at : at + wrapped.shape[1]] = wrapped
        cut[:, :, : self.rows].triu_(1)
        return cut


class BandFactors:
    """The positions of several maps as factors of the banded products, and those products' sums.

    Of map m, `left[m] @ right[m]` is 1 + |y_i - y_j|². With S a banded matrix of the pairs,
    `own[m] @ S` belongs into `to_columns[m]` and `right[m] @ Sᵀ` into `to_rows[m]`; `gather` then
    adds up for every point i the sums over all j of S_ij, in `weights`, (maps, 1, N), and of
    S_ij y_j, in `moments`, (maps, 2, N).

    With three bands of two points, a a b b c c, the features stand there twice, and those that band
    c meets are one window of them; `sums` is as long, for what the bands give to their columns:

        features       a a b b c c a a b b c c      the window of band c: ....c c a a....
        sums, k = 0    a a b b c c . . . . . .      what each band gives to itself
        sums, k = 1    . . b b c c a a . . . .      and to the band after it

    What has gone round the end, into the second half, belongs to the first.
    """

    def __init__(self, maps: int, bands: Bands, like: Tensor) -> None:
        n, count, rows, padded = bands.points, bands.count, bands.rows, bands.padded
        # Rows x, y, 1, |y|² of all points, twice in a row: the points that a band meets are then
        # one window, also where they go round the end.
        features = like.new_zeros(maps, 4, 2, padded)
        features[:, 2], features[:, 3] = 1, _FAR_AWAY
        left = like.new_zeros(maps, 4, padded)  # rows -2x, -2y, 1 + |y|², 1
        left[:, 2], left[:, 3] = _FAR_AWAY, 1
        self.to_columns = like.new_empty(maps, count, 4, bands.columns)
        self.to_rows = like.new_empty(maps, count, 4, rows)
        sums = like.new_empty(maps, 4, 2 * padded)

        # All views are made once: taking a slice costs as much time as a small operation.
        window = (rows, 2 * padded, 1)
        self.left = [each.as_strided((count, rows, 4), (rows, 1, padded)) for each in left]
        self.right = [each.as_strided((count, 4, bands.columns), window) for each in features]
        self.own = [each.as_strided((count, 4, rows), window) for each in features]
        self._positions, self._norms = features[:, :2, :, :n], features[:, 3, :, :n]
        self._left_positions, self._left_norms = left[:, :2, :n], left[:, 2, :n]
        by_band = sums.view(maps, 4, 2 * count, rows)
        # The k-th following band of all bands is one addition.
        self._additions = [
            (by_band[:, :, k : k + count], part.transpose(1, 2))
            for k, part in enumerate(self.to_columns.split(rows, dim=3))
        ]
        self._rows_target, self._rows_source = by_band[:, :, :count], self.to_rows.transpose(1, 2)
        self._sums = sums
        self._first, self._second = sums[:, :3, :padded], sums[:, :3, padded:]
        self.moments, self.weights = sums[:, :2, :n], sums[:, 2:3, :n]

    def place(self, centred: Tensor) -> float:
        """Take over the positions, (maps, 2, N); return the largest |y|²."""
        norms = centred.square().sum(1)
        self._positions.copy_(centred[:, :, None])
        self._norms.copy_(norms[:, None])
        torch.mul(centred, -2, out=self._left_positions)
        torch.add(norms, 1, out=self._left_norms)
        return float(norms.max())

    def gather(self) -> None:
        """Add up what each point gets as a row and as a column."""
        self._sums.zero_()
        self._rows_target.copy_(self._rows_source)
        for target, part in self._additions:
            target.add_(part)
        self._first.add_(self._second)
