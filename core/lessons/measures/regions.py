"""Errors on the ink of digits, near it, and far from it."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import max_pool2d

from models import SIDE

#: A pixel above this is ink.
INK = 0.1
#: A pixel at most so many pixels from ink, also diagonally, is near it.
NEAR = 2


class ErrorByRegion(NamedTuple):
    """Mean squared errors per pixel: of all pixels, and of those of each region."""

    all: float
    ink: float
    near: float
    far: float

    def named(self) -> dict[str, float]:
        """Return those of the three regions by name."""
        return {"ink": self.ink, "near": self.near, "far": self.far}


def regions_of(clean: Tensor) -> Tensor:
    """Return the region of each pixel of clean digits (N, 784): 2 ink, 1 near it, 0 far from it."""
    ink = (clean > INK).to(clean.dtype)
    around = max_pool2d(ink.view(-1, 1, SIDE, SIDE), 2 * NEAR + 1, stride=1, padding=NEAR)
    return (around.view_as(ink) + ink).to(torch.uint8)


def error_by_region(pictures: Tensor, clean: Tensor, regions: Tensor) -> ErrorByRegion:
    """Return the error of pictures (N, 784) against the clean ones, by `regions_of` those."""
    squares = (pictures - clean).square().double()

    def mean_where(region: int) -> float:
        inside = regions == region
        return float(squares[inside].mean()) if bool(inside.any()) else 0.0

    return ErrorByRegion(float(squares.mean()), mean_where(2), mean_where(1), mean_where(0))
