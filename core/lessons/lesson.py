"""What a lesson is: steps that each ask, name runs, and say how the answer is revealed.

Everything here has been checked (`core.lessons.parse`), and all of it is data: names of measures,
limits, and texts with named places for numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Relation = Literal["above", "below", "from", "to", "among"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A measured number compared with a bound: a number, another measured number, or a list."""

    value: str
    relation: Relation
    bound: float | str | tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A run that steps use: one of the gallery, or a training with these settings.

    What `config` and `training` do not name is as in the exercise. The seed is free unless
    `training` names it. With `shared`, a finished run of anybody in this lab will do. `another_of`
    names an experiment with the same settings, whose run has another seed.
    """

    name: str
    title: str
    gallery: str = ""
    model: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    shared: bool = False
    another_of: str = ""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice; it is right if all its conditions hold. `why` names the thought behind it."""

    text: str
    why: str = ""
    right_if: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A question with options, of which one is chosen, or several where `many`."""

    kind: Literal["choice"] = "choice"
    text: str
    options: tuple[Option, ...]
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class Number:
    """A question for a number, right within a factor of the measured one, or within a distance."""

    kind: Literal["number"] = "number"
    text: str
    truth: str
    unit: str
    low: float
    high: float
    step: float
    factor: float = 0.0
    distance: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Level:
    """A line across the axes of a curve: a number, or that of a measure that needs no run."""

    words: str
    value: float | str


@dataclass(frozen=True, kw_only=True)
class CurveQuestion:
    """A curve to draw over empty axes, a point at each of `x`.

    A point is right within `factor` of the measured one. The drawing is right from `right_from`
    such points on. `start` is a point that is given, at the left.
    """

    kind: Literal["curve"] = "curve"
    text: str
    truth: str
    x: tuple[float, ...]
    x_title: str
    y_title: str
    high: float
    factor: float
    right_from: int
    even: bool = False
    start: tuple[float, float | str] | None = None
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sort:
    """Items to bring into the order of a measured series, the smallest first.

    The score counts pairs in the right order. A pair that the run leaves within `tie` of each
    other, as a share of the larger one, counts as right either way.
    """

    kind: Literal["sort"] = "sort"
    text: str
    truth: str
    items: tuple[str, ...]
    right_from: int
    tie: float = 0.05
    first: str = "smallest"
    last: str = "largest"


Question = Choice | Number | CurveQuestion | Sort


@dataclass(frozen=True, kw_only=True)
class MeasureCall:
    """A measure of the lab, by name, the experiments whose runs it gets, and its arguments."""

    name: str
    runs: tuple[str, ...]
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What a reveal shows beside its text: pictures, bars or lines, by the names of a measure.

    `names` are those of pictures or of series, `words` what each is called. `x` is the series of
    the x axis of lines, `labels` are below bars or pictures: a series, or a list of words.
    """

    kind: Literal["pictures", "bars", "lines"]
    title: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    x: str = ""
    x_title: str = ""
    y_title: str = ""
    labels: str | tuple[str, ...] = ()
    log: bool = False


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in the lab the run is looked at, what to do there, and the control that is marked."""

    page: str
    view: str
    text: str
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: predict, run, reveal, explain."""

    id: str
    title: str
    minutes: int
    goal: str
    source: str
    text: str
    questions: tuple[Question, ...]
    runs: tuple[str, ...]
    note: str
    place: Place | None
    measures: tuple[MeasureCall, ...]
    holds: tuple[Condition, ...]
    band: str
    right: str
    wrong: str
    figures: tuple[Figure, ...]
    explain: str


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A lesson; `order` is its place in the course, `path` the file that it was read from."""

    id: str
    order: int
    title: str
    task: str
    about: str
    experiments: Mapping[str, Experiment]
    steps: tuple[Step, ...]
    path: Path | None = None

    @property
    def minutes(self) -> int:
        """How long all steps take."""
        return sum(step.minutes for step in self.steps)

    def step(self, step_id: str) -> Step | None:
        """Return the step with this id, if there is one."""
        return next((step for step in self.steps if step.id == step_id), None)
