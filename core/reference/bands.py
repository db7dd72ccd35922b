"""The bands of the reference: what ten seeds of the lab reach in each task of the exercise.

`bands.json` ships with the lab; `scripts/make_reference_bands.py` makes it from a folder of runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core.reference.tasks import ReferenceTask

FILE = Path(__file__).with_name("bands.json")
#: The two kinds of digits of a training, as a run's history calls them. A map has the first alone.
TEST, TRAIN = "validation", "train"
#: A band is never taken for narrower than this share of its median.
_LEAST_WIDTH = 0.05


@dataclass(frozen=True, kw_only=True, eq=False)
class Band:
    """A number of the reference over the epochs or iterations `steps`, (S,), ascending.

    `low`, `median` and `high`, (S,), are those of all seeds at each step.
    """

    steps: NDArray[np.int64]
    low: NDArray[np.float64]
    median: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def of(cls, steps: Iterable[int], curves: Iterable[Iterable[float]]) -> Self:
        """Return the band of some seeds' curves, each with a value for each step."""
        values = np.array([[*curve] for curve in curves])
        return cls(
            steps=np.array([*steps]),
            low=values.min(0),
            median=np.median(values, axis=0),
            high=values.max(0),
        )

    def at(self, steps: NDArray[np.int64]) -> Self:
        """Return the band at these steps, in between by a straight line; it ends as it ends."""
        low, median, high = (
            np.interp(steps, self.steps, values) for values in (self.low, self.median, self.high)
        )
        return type(self)(steps=steps, low=low, median=median, high=high)

    @property
    def widened(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The lowest and highest values, (S,), that count as inside.

        They lie one width of the band beyond it, at least 5 % of the median: one more seed falls
        outside of ten in two cases of eleven, and a right program has other random numbers.
        """
        width = np.maximum(self.high - self.low, _LEAST_WIDTH * np.abs(self.median))
        return self.low - width, self.high + width

    def contains(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which of these values, (S,), one for each step, count as inside."""
        low, high = self.widened
        return (values >= low) & (values <= high)


@dataclass(frozen=True, kw_only=True, eq=False)
class TaskBands:
    """The reference of one task: its bands by the number's key and by the kind of digits.

    `settings` are those of the runs without their seed, `versions` what computed them.
    """

    seeds: tuple[int, ...]
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    bands: Mapping[str, Mapping[str, Band]]

    def band(self, key: str, part: str = TEST) -> Band | None:
        """Return the band of a number; None where the reference has none."""
        return self.bands.get(key, {}).get(part)

    @property
    def words(self) -> str:
        """How many seeds made it, in words."""
        count = len(self.seeds)
        return "one seed" if count == 1 else f"{'ten' if count == 10 else count} seeds"


def bands_of(task: ReferenceTask) -> TaskBands:
    """Return the reference of a task, as it ships with the lab."""
    return _read()[task.number]


@cache
def _read() -> Mapping[str, TaskBands]:
    return {number: unpacked(task) for number, task in json.loads(FILE.read_bytes()).items()}


def packed(task: TaskBands) -> dict[str, Any]:
    """Return a task's reference as JSON values; `unpacked` reads it."""
    return {
        "seeds": list(task.seeds),
        "settings": task.settings,
        "versions": task.versions,
        "bands": {
            key: {
                part: {
                    "steps": band.steps.tolist(),
                    "low": _rounded(band.low),
                    "median": _rounded(band.median),
                    "high": _rounded(band.high),
                }
                for part, band in parts.items()
            }
            for key, parts in task.bands.items()
        },
    }


def unpacked(values: Mapping[str, Any]) -> TaskBands:
    """Return a task's reference from what `packed` made of it."""
    return TaskBands(
        seeds=tuple(values["seeds"]),
        settings=values["settings"],
        versions=values["versions"],
        bands={
            key: {
                part: Band(**{name: np.array(column) for name, column in columns.items()})
                for part, columns in parts.items()
            }
            for key, parts in values["bands"].items()
        },
    )


def _rounded(values: NDArray[np.float64]) -> list[float]:
    """Return numbers with five digits that count: seeds differ in the second or third."""
    return [float(f"{value:.5g}") for value in values]
