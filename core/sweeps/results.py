"""Compare the runs of a sweep: by value, and by how far their results lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.sweeps.sweep import EPOCHS, SweepRun


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The mean of the same number of several runs, and its range."""

    mean: float
    low: float
    high: float
    count: int

    @property
    def width(self) -> float:
        """Return how far the lowest and the highest lie apart."""
        return self.high - self.low


def by_value(runs: Sequence[SweepRun]) -> dict[Any, list[SweepRun]]:
    """Return runs by the value of the setting that their sweep varies, in the order of `runs`."""
    found: dict[Any, list[SweepRun]] = {}
    for run in runs:
        found.setdefault(run.value, []).append(run)
    return found


def comparable(runs: Sequence[SweepRun], field: str | None) -> list[SweepRun]:
    """Return the runs of as many epochs as most have; all of them where the epochs are varied.

    A run that has gone on beyond its end has had more time than the others.
    """
    if not runs or field == EPOCHS:
        return list(runs)
    usual, _ = Counter(run.training.epochs for run in runs).most_common(1)[0]
    return [run for run in runs if run.training.epochs == usual]


def spread_of(numbers: Sequence[float | None]) -> Spread | None:
    """Return the mean and the range of the numbers that are there and finite; None without any."""
    there = np.asarray([n for n in numbers if n is not None and np.isfinite(n)], np.float64)
    if not len(there):
        return None
    return Spread(
        mean=float(there.mean()), low=float(there.min()), high=float(there.max()), count=len(there)
    )
