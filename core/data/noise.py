"""Add noise to digits, and measure the error of restored digits on ink and on background."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from models import PIXELS, SIDE


def gaussian(x: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Add N(0, strength²) to every pixel and clip to [0, 1]; digits (N, 784) in and out."""
    return (x + strength * torch.randn(x.shape, generator=generator)).clamp(0, 1)


def salt_and_pepper(x: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Set the fraction `strength` of the pixels, anywhere, to 0 or 1 with equal chance."""
    hit = torch.rand(x.shape, generator=generator) < strength
    value = (torch.rand(x.shape, generator=generator) < 0.5).to(x.dtype)
    return torch.where(hit, value, x)


def missing_block(x: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Blacken one square of the fraction `strength` of the area, somewhere in each picture."""
    side = round(SIDE * min(1.0, max(0.0, strength)) ** 0.5)
    corners = torch.rand((len(x), 2), generator=generator)
    corners = (corners * (SIDE - side + 1)).long().clamp(max=SIDE - side)  # (N, 2)
    place = torch.arange(SIDE)
    inside = (place >= corners[:, :, None]) & (place < corners[:, :, None] + side)  # (N, 2, 28)
    block = inside[:, 0, :, None] & inside[:, 1, None, :]  # (N, 28, 28)
    return torch.where(block.reshape(len(x), PIXELS), torch.zeros(()), x)


#: The kinds of noise by name; a strength from 0 to 1 means something for each.
NOISES: Mapping[str, Callable[[Tensor, float, torch.Generator], Tensor]] = {
    "Gaussian": gaussian,
    "Salt and pepper": salt_and_pepper,
    "Missing block": missing_block,
}


@dataclass(frozen=True)
class RegionErrors:
    """The mean squared error per pixel: over all pixels, over ink and over the background."""

    all: float
    ink: float
    background: float


def region_errors(pictures: Tensor, clean: Tensor) -> RegionErrors:
    """Return the error of `pictures` against the `clean` digits, both (N, 784), by region.

    Ink is every pixel that is not black in the clean digit, the background every other one. A
    region without any pixel has the error 0.
    """
    squares = (pictures - clean).square()
    ink = clean > 0
    return RegionErrors(
        all=float(squares.mean()),
        ink=_mean_where(ink, squares),
        background=_mean_where(~ink, squares),
    )


def _mean_where(mask: Tensor, values: Tensor) -> float:
    """Return the mean of the values where the mask is true, 0 where it never is.

    Choosing them by the mask, `values[mask]`, takes five times as long.
    """
    count = int(mask.count_nonzero())
    return float(torch.where(mask, values, 0.0).sum(dtype=torch.float64)) / max(1, count)
