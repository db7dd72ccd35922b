"""The runs of a sweep: in what they differ, how far they are, and how they ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.runs.record import RESUMABLE, RunError, RunRecord, RunState
from core.training.config import TrainConfig
from core.training.record import epoch_rows, read_configs
from models import Config

_SEED = "seed"


@dataclass(frozen=True, kw_only=True)
class SweepRun:
    """One run of a sweep, as it stands now.

    `value` is that of the setting that the sweep varies, None if all runs have the same settings.
    `rows` are its epochs, see `core.training.run.Epoch.row`.
    """

    record: RunRecord
    config: Config
    training: TrainConfig
    value: Any
    state: RunState
    rows: Sequence[Mapping[str, Any]]

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def seed(self) -> int:
        return self.training.seed

    @property
    def epoch(self) -> int:
        """The last epoch that has ended; 0 before the first."""
        return int(self.rows[-1]["epoch"]) if self.rows else 0

    def error(self, term: str) -> float | None:
        """Return a term of the loss on the test digits after the last epoch, None before it.

        Before the first epoch of training there is none, though the untrained model has one.
        """
        if self.epoch == 0:
            return None
        return self.rows[-1]["validation"].get(term)


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The mean of the same number of several runs, and its range."""

    mean: float
    low: float
    high: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """The runs of a sweep that are still there, at least one, in the order of their turn."""

    id: str
    records: tuple[RunRecord, ...]
    in_gallery: bool

    @property
    def title(self) -> str:
        return self.records[0].request.title

    @property
    def visitor(self) -> str:
        """Who started it."""
        return self.records[0].request.visitor

    @property
    def created_at(self) -> float:
        """When it was started, in seconds since 1970."""
        return min(record.request.created_at for record in self.records)

    def states(self) -> list[RunState]:
        """Return where each run stands now."""
        return [record.state for record in self.records]

    def resumable(self) -> list[RunRecord]:
        """Return the runs that stopped before their end."""
        return [record for record in self.records if record.state.status in RESUMABLE]

    @property
    def model(self) -> str:
        """The name in `MODELS` of what is trained.

        Raises:
            RunError: this version of the lab cannot do what the runs ask for.
        """
        return read_configs(self.records[0])[0]

    @property
    def field(self) -> str | None:
        """The setting that the sweep varies; None if its runs differ in nothing but their seeds.

        Raises:
            RunError: this version of the lab cannot do what a run asks for.
        """
        return _varied([_values(record) for record in self.records])

    def runs(self) -> list[SweepRun]:
        """Return the runs as they stand now, by ascending value and seed.

        One whose folder is damaged or of another version is left out.
        """
        field = self.field
        found: list[SweepRun] = []
        for record in self.records:
            try:
                _, config, training = read_configs(record)
                rows = epoch_rows(record)
            except RunError:
                continue
            value = None if field is None else (config.to_dict() | training.to_dict())[field]
            found.append(
                SweepRun(
                    record=record,
                    config=config,
                    training=training,
                    value=value,
                    state=record.state,
                    rows=rows,
                )
            )
        numbers = all(isinstance(run.value, int | float) for run in found)
        # Words stay in the order in which they were given.
        order = list(dict.fromkeys(run.value for run in found))
        found.sort(key=lambda run: (run.value if numbers else order.index(run.value), run.seed))
        return found


def by_value(runs: Sequence[SweepRun]) -> dict[Any, list[SweepRun]]:
    """Return runs by the value of the setting that their sweep varies, in the order of `runs`."""
    found: dict[Any, list[SweepRun]] = {}
    for run in runs:
        found.setdefault(run.value, []).append(run)
    return found


def spread_of(numbers: Sequence[float | None]) -> Spread | None:
    """Return the mean and the range of the numbers that are there and finite; None without any."""
    there = np.asarray([n for n in numbers if n is not None and np.isfinite(n)], np.float64)
    if not len(there):
        return None
    return Spread(
        mean=float(there.mean()), low=float(there.min()), high=float(there.max()), count=len(there)
    )


def _values(record: RunRecord) -> dict[str, Any]:
    """Return the settings of a run by their bare names."""
    _, config, training = read_configs(record)
    return config.to_dict() | training.to_dict()


def _varied(settings: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the first setting but the seed that is not the same everywhere."""
    for name, value in settings[0].items():
        if name != _SEED and any(other.get(name) != value for other in settings[1:]):
            return name
    return None
