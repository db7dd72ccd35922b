"""How many neighbours on a map are neighbours in the data."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

#: Of a digit's so many nearest neighbours on the map, how many are among its so many in the data?
NEAR, AMONG = 5, 100
#: The question is asked for at most so many digits, evenly spread: that is exact enough and quick.
ASKED = 1000


def shares_kept(points: Tensor, maps: Tensor) -> list[float | None]:
    """Return, for each map, the share of neighbours on it that are neighbours in the data.

    Counted are the `NEAR` nearest neighbours of a digit on the map which are among its `AMONG`
    nearest in the data, from 0 to 1. None for a map that has diverged, or where there are too few
    digits for the question to mean anything.

    Args:
        points: The data, (N, D).
        maps: The positions of the same digits on P maps, (P, N, 2).
    """
    count = len(points)
    if count < 2 * AMONG:
        return [None] * len(maps)
    rows = torch.linspace(0, count - 1, min(count, ASKED)).round().long()
    among = torch.zeros(len(rows), count, dtype=torch.bool)
    among.scatter_(1, _nearest(points, rows, AMONG), True)
    return [
        float(among.gather(1, _nearest(each, rows, NEAR)).float().mean())
        if bool(each.isfinite().all())
        else None
        for each in maps
    ]


def _nearest(points: Tensor, rows: Tensor, k: int) -> Tensor:
    """Return the indices of the k other points nearest to each of these, (rows, k)."""
    exact = "donot_use_mm_for_euclid_dist" if points.shape[1] == 2 else "use_mm_for_euclid_dist"
    distances = torch.cdist(points[rows], points, compute_mode=exact)
    distances.scatter_(1, rows[:, None], torch.inf)
    return distances.topk(k, largest=False).indices


def kept_sentence(titles: Sequence[str], shares: Sequence[float | None]) -> str:
    """Return what `shares_kept` has found for the maps of these titles; empty if nothing is known.

    The sentence is about the last maps of a run.
    """
    parts = [
        f"{100 * share:.0f} % ({title})"
        for title, share in zip(titles, shares, strict=True)
        if share is not None
    ]
    if not parts:
        return ""
    return (
        f"Of a digit's {NEAR} nearest neighbours on the last map, {listed(parts)} are among its "
        f"{AMONG} nearest in the data."
    )


def listed(parts: Sequence[str]) -> str:
    """Return "one, two and three"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
