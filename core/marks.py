"""What hangs together in a picture: marks, their boxes, and the distances between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
#: Left, top, right and bottom in pixels; the right column and the bottom row lie just outside.
Box = tuple[int, int, int, int]
#: At most so many places of a mark take part when distances are measured.
_PLACES = 400


@dataclass(frozen=True, eq=False)
class Mark:
    """A connected part of a mask: its rows and columns, both (area,), in reading order."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]

    @cached_property
    def box(self) -> Box:
        """The least box around it."""
        rows, columns = self.rows, self.columns
        return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

    @property
    def size(self) -> int:
        """The longer side of the box in pixels."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    @cached_property
    def thickness(self) -> float:
        """How thick the lines are that it consists of, in pixels: twice its area by its edge."""
        left, top, right, bottom = self.box
        inside = np.zeros((bottom - top + 2, right - left + 2), np.bool_)
        inside[self.rows - top + 1, self.columns - left + 1] = True
        within = inside[2:, 1:-1] & inside[:-2, 1:-1] & inside[1:-1, 2:] & inside[1:-1, :-2]
        edge = len(self.rows) - int((inside[1:-1, 1:-1] & within).sum())
        return 2 * len(self.rows) / edge

    def distance(self, other: Mark) -> float:
        """About the least distance between their places, in pixels."""
        here, there = self._some_places(), other._some_places()
        squares = (here[:, None] - there[None]) ** 2
        return float(np.sqrt(squares.sum(-1).min()))

    def _some_places(self) -> NDArray[np.float32]:
        step = -(-len(self.rows) // _PLACES)
        return np.stack([self.rows[::step], self.columns[::step]], axis=1).astype(np.float32)


def together(marks: Sequence[Mark]) -> Mark:
    """Several marks as one."""
    rows = np.concatenate([mark.rows for mark in marks])
    return Mark(rows, np.concatenate([mark.columns for mark in marks]))


def find_marks(mask: Mask, least_size: float) -> list[Mark]:
    """The connected parts of a mask (H, W), also across corners, whose longer side is at least
    `least_size`."""
    labels, count = label(mask)
    rows, columns = np.nonzero(labels)
    of = labels[rows, columns] - 1
    sides = [_extent(of, places, count) for places in (rows, columns)]
    large = np.nonzero(np.maximum(*sides) >= least_size)[0]
    order = np.argsort(of, kind="stable")
    bounds = np.searchsorted(of[order], [large, large + 1]).T
    return [Mark(rows[order[a:b]], columns[order[a:b]]) for a, b in bounds]


def label(mask: Mask) -> tuple[NDArray[np.int64], int]:
    """The number of the connected part at each place of a mask (H, W), 0 where there is none, and
    how many parts there are; places that share only a corner are connected.

    Source: Rosenfeld and Pfaltz, Sequential operations in digital picture processing, 1966; here
    over the runs of each row.
    """
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(edges == 1)
    end = np.nonzero(edges == -1)[1]
    width = mask.shape[1] + 2
    # Of the next row all runs that end where this one starts, or later, and start where it ends.
    first = np.searchsorted(row * width + end, (row + 1) * width + start, side="left")
    last = np.searchsorted(row * width + start, (row + 1) * width + end, side="right")
    counts = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(row)), counts)
    below = np.arange(counts.sum()) + np.repeat(first - np.cumsum(counts) + counts, counts)
    _, part = np.unique(_least_connected(len(row), above, below), return_inverse=True)
    labels = np.zeros(mask.shape, np.int64)
    labels[mask] = np.repeat(part + 1, end - start)
    return labels, int(part.max(initial=-1)) + 1


def _least_connected(
    count: int, some: NDArray[np.int64], others: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The least number that each of `count` is connected with, by these pairs."""
    least = np.arange(count)
    while True:
        one, other = least[some], least[others]
        if np.array_equal(one, other):
            return least
        np.minimum.at(least, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(least, least[least]):
            least = least[least]


def _extent(of: NDArray[np.int64], places: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How far the places of each part reach, (count,)."""
    low, high = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(low, of, places)
    np.maximum.at(high, of, places)
    return high - low + 1
