"""The measures that lessons may name, and what each of them gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.runs.record import RunRecord


@dataclass(frozen=True, kw_only=True, eq=False)
class Measured:
    """What was measured: numbers, series, float64 (N,), and pictures, uint8 (C, 784), by name."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    series: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    pictures: Mapping[str, NDArray[np.uint8]] = field(default_factory=dict)

    def number(self, name: str) -> float | None:
        """Return a number by its name: `error`, or `errors.2` for the second of a series."""
        if name in self.numbers:
            return float(self.numbers[name])
        series, _, place = name.partition(".")
        values = self.series.get(series)
        if values is None or not place.isdecimal() or not 1 <= int(place) <= len(values):
            return None
        return float(values[int(place) - 1])


@dataclass(frozen=True, kw_only=True)
class Argument:
    """What a measure can be told: a number from `low` to `high`, whole where `whole` is.

    With `many`, it is a list of up to `many` such numbers.
    """

    default: float | tuple[float, ...]
    low: float
    high: float
    whole: bool = False
    many: int = 0

    def read(self, value: Any) -> float | tuple[float, ...]:
        """Return a value as the measure takes it.

        Raises:
            ValueError: it is none; the message is the rule.
        """
        if self.many:
            if not isinstance(value, list) or not 1 <= len(value) <= self.many:
                raise ValueError(f"must be a list of 1 to {self.many} numbers")
            return tuple(self._one(each) for each in value)
        return self._one(value)

    def _one(self, value: Any) -> float:
        kind = "a whole number" if self.whole else "a number"
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not self.low <= value <= self.high
            or (self.whole and value != int(value))
        ):
            raise ValueError(f"must be {kind} from {self.low:g} to {self.high:g}")
        return int(value) if self.whole else float(value)


#: Computes a measure of some runs, in their order, with values for all arguments.
Compute = Callable[[Sequence[RunRecord], Mapping[str, Any]], Measured]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A measure by its name. It is a pure function of finished runs and of its arguments.

    `runs` are the fewest and the most runs that it takes. `numbers`, `series` and `pictures` are
    the names of what it gives, always all of them.
    """

    about: str
    runs: tuple[int, int]
    compute: Compute
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()

    def __call__(self, runs: Sequence[RunRecord], **arguments: Any) -> Measured:
        """Measure runs; arguments that are not given have their defaults."""
        defaults = {name: argument.default for name, argument in self.arguments.items()}
        return self.compute(runs, {**defaults, **arguments})


def levels(pictures: Tensor) -> NDArray[np.uint8]:
    """Return pictures in [0, 1], (C, 784), as grey levels."""
    return (pictures.clamp(0, 1) * 255).round().byte().numpy()
