"""The connected components of a picture, their boxes, and the distances between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

Mask = NDArray[np.bool_]
#: Left, top, right and bottom in pixels; the right column and the bottom row lie just outside.
Box = tuple[int, int, int, int]
#: At most this many places of a component take part when distances are measured.
_PLACES = 400
#: The length of the end of a stroke, in multiples of the stroke's thickness.
_END = 2.0
#: The cosine of the largest angle between the directions of an end and of the gap behind it.
_STRAIGHT = 0.7


@dataclass(frozen=True, eq=False)
class Component:
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

    def distance(self, other: Component) -> float:
        """Return about the least distance between their places, in pixels."""
        here, there = self.places(), other.places()
        squares = (here[:, None] - there[None]) ** 2
        return float(np.sqrt(squares.sum(-1).min()))

    def places(self) -> NDArray[np.float32]:
        """Return some of its places, row and column, (N, 2)."""
        step = -(-len(self.rows) // _PLACES)
        return np.stack([self.rows[::step], self.columns[::step]], axis=1).astype(np.float32)


def together(components: Sequence[Component]) -> Component:
    """Return several components as one."""
    rows = np.concatenate([component.rows for component in components])
    return Component(rows, np.concatenate([component.columns for component in components]))


def goes_on(stroke: Component, other: Component) -> bool:
    """Return whether an end of one stroke points at an end of the other, and the other way too."""
    here, there = stroke.places(), other.places()
    squares = ((here[:, None] - there[None]) ** 2).sum(-1)
    one, two = np.unravel_index(int(squares.argmin()), squares.shape)
    across = there[two] - here[one]
    across = across / max(float(np.hypot(*across)), 1e-6)
    for places, end, towards in ((here, here[one], across), (there, there[two], -across)):
        far = _END * max(stroke.thickness, other.thickness)
        around = places[((places - end) ** 2).sum(-1) <= far * far]
        along = end - around.mean(axis=0)
        if float(along @ towards) < max(_STRAIGHT * float(np.hypot(*along)), 0.25 * far):
            return False
    return True


def connected(mask: Mask, *, corners: bool = False) -> tuple[NDArray[np.int32], int]:
    """Label the connected parts of a mask (H, W); return the labels, (H, W), and their number.

    A label is the number of a part, from 1, and 0 outside of the mask. With `corners`, places that
    touch at a corner are connected too.
    """
    labels, count = cast(
        "tuple[NDArray[np.int32], int]",
        ndimage.label(mask, np.ones((3, 3)) if corners else None),
    )
    return labels, count


def connected_components(mask: Mask, least_size: float) -> list[Component]:
    """Return the connected parts of a mask (H, W), also across corners, whose longer side is at
    least `least_size`, in reading order."""
    labels, _ = connected(mask, corners=True)
    components = []
    for number, place in enumerate(ndimage.find_objects(labels), 1):
        if place is not None and max(part.stop - part.start for part in place) >= least_size:
            rows, columns = np.nonzero(labels[place] == number)
            components.append(Component(rows + place[0].start, columns + place[1].start))
    return components
