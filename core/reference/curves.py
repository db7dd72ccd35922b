"""A program's curve beside the band of the reference: where it lies, and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.reference.bands import TEST, TRAIN, Band, TaskBands
from core.reference.tasks import ReferenceTask

#: A curve counts as one that lies in a band where this share of its points does, and the last.
_MOST = 0.8
#: Loss of a recorded run, in shares of the lowest seed's: what is lower may be another quantity.
FAR_BELOW = 0.5


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """A number of a program, as the program calls it, over its epochs or iterations.

    `steps` is (S,); `values` are (S,) by the kind of digits, NaN where the program has none.
    """

    name: str
    steps: NDArray[np.int64]
    values: Mapping[str, NDArray[np.float64]]

    def points(self, part: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the steps and values that are known of a kind of digits."""
        values = self.values.get(part, np.full(len(self.steps), np.nan))
        known = np.isfinite(values)
        return self.steps[known], values[known]

    @property
    def parts(self) -> list[str]:
        """The kinds of digits of which something is known, the test digits first."""
        return [part for part in (TEST, TRAIN) if len(self.points(part)[0])]

    @property
    def last(self) -> float:
        """The last value that is known, on test digits where there is one; else NaN."""
        return float(self.points(self.parts[0])[1][-1]) if self.parts else np.nan


def lies_in(curve: Curve, band: Band, part: str, divisor: float = 1.0) -> bool:
    """Return whether most of a curve, and its end, lies in a band once it is divided."""
    steps, values = curve.points(part)
    if not len(steps):
        return False
    inside = band.at(steps).contains(values / divisor)
    return bool(inside[-1] and inside.mean() >= _MOST)


@dataclass(frozen=True, kw_only=True)
class Position:
    """Where the end of a curve lies against the reference.

    `where` is "inside", "above" or "below"; `since` is the first step from which on it stays
    inside, None where its end is not. `low`, `median` and `high` are the reference's at `step`.
    """

    key: str
    part: str
    step: int
    value: float
    low: float
    median: float
    high: float
    where: str
    since: int | None = field(default=None)

    @property
    def is_far_below(self) -> bool:
        """Whether the value is so low that it is likely another quantity."""
        return self.where == "below" and self.value < FAR_BELOW * self.low


def position_of(key: str, curve: Curve, bands: TaskBands) -> Position | None:
    """Return where a curve ends against the reference, on test digits where it has them.

    None where nothing is known of the curve, or the reference has no such number.
    """
    for part in curve.parts:
        if (band := bands.band(key, part)) is None:
            continue
        steps, values = curve.points(part)
        here = band.at(steps)
        inside = here.contains(values)
        outside = np.flatnonzero(~inside)
        first = 0 if not len(outside) else int(outside[-1]) + 1
        where = "inside" if inside[-1] else "above" if values[-1] > here.median[-1] else "below"
        return Position(
            key=key,
            part=part,
            step=int(steps[-1]),
            value=float(values[-1]),
            low=float(here.low[-1]),
            median=float(here.median[-1]),
            high=float(here.high[-1]),
            where=where,
            since=int(steps[first]) if inside[-1] else None,
        )
    return None


def in_words(position: Position, task: ReferenceTask, bands: TaskBands, name: str) -> str:
    """Return where a number lies as a sentence; `name` is what the program calls it."""
    after = f"after {task.unit} {position.step:,}"
    value, low, high = (short(number) for number in (position.value, position.low, position.high))
    span = f"{low} to {high}"
    on = "" if position.part == TEST else " on training digits"
    if position.where == "inside":
        since = position.since
        from_on = "" if since in (None, position.step) else f" from {task.unit} {since:,} on"
        return (
            f"{name}{on} is inside the band of {bands.words}{from_on}: {value} {after}, "
            f"where they reach {span}."
        )
    above = position.where == "above"
    end = position.high if above else position.low
    if end > 0 and position.value > 0:
        times = position.value / end if above else end / position.value
        how = f"{times:.2g} times {'above' if above else 'below'} the band of {bands.words}"
        how = (
            how
            if times >= 1.95
            else f"{100 * abs(position.value / end - 1):.0f} % "
            + (f"{'above' if above else 'below'} the band of {bands.words}")
        )
    else:
        how = f"{'above' if above else 'below'} the band of {bands.words}"
    return f"{name}{on} is {value} {after}: {how}, {span}."


def short(value: float) -> str:
    """Return a number with three digits that count, and with the minus sign."""
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")
