"""The runs of a sweep: in what they differ, how far they are, and how they ended."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from core.runs.record import HISTORY, RunError, RunRecord, RunState
from core.sweeps.plan import sweepable_fields
from core.training.config import TrainConfig
from core.training.record import epoch_rows, read_configs
from models import Config, Term, spec_of

#: The name in `Sweep.terms` of the term that counts the rebuilt picture alone.
PICTURE = "picture"

_SEED = "seed"
#: A run that goes on beyond its end differs from the others in this alone.
EPOCHS = "epochs"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a run of a sweep was asked for.

    `value` is that of the setting that the sweep varies, None if all runs have the same settings.
    """

    record: RunRecord
    config: Config
    training: TrainConfig
    value: Any


@dataclass(frozen=True, kw_only=True)
class SweepRun(Asked):
    """One run of a sweep, as it stands now.

    `rows` are its epochs, see `core.training.run.Epoch.row`. `picture` is the key in them of the
    term that counts the rebuilt picture alone.
    """

    state: RunState
    rows: Sequence[Mapping[str, Any]]
    picture: str

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
        """Return a term of `Sweep.terms` on the test digits after the last epoch, None before it.

        Before the first epoch of training there is none, though the untrained model has one.
        """
        return self._value(self.rows[-1], term) if self.epoch else None

    def curve(self, term: str) -> dict[int, float | None]:
        """Return a term of `Sweep.terms` on the test digits by epoch.

        A number that was not finite is None.
        """
        return {row["epoch"]: self._value(row, term) for row in self.rows}

    def _value(self, row: Mapping[str, Any], term: str) -> float | None:
        terms = row.get("validation")
        key = self.picture if term == PICTURE else term
        value = terms.get(key) if isinstance(terms, Mapping) else None
        usable = isinstance(value, int | float) and not isinstance(value, bool)
        return value if usable else None


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """The runs of a sweep that are still there, at least one, in the order of their turn."""

    id: str
    records: tuple[RunRecord, ...]
    in_gallery: bool

    @property
    def title(self) -> str:
        """The title of its first run, which any visitor may have written."""
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

    @property
    def is_active(self) -> bool:
        """Return whether one of its runs is being computed or waits for it."""
        return any(record.is_active for record in self.records)

    @property
    def model(self) -> str:
        """The name in `MODELS` of what is trained.

        Raises:
            RunError: this version of the lab cannot do what any of the runs asks for.
        """
        return self._read[0]

    @property
    def field(self) -> str | None:
        """The setting that the sweep varies; None if its runs differ in nothing but their seeds.

        Raises:
            RunError: as for `model`.
        """
        return self._read[1]

    @property
    def asked(self) -> list[Asked]:
        """What the runs were asked for, by ascending value and seed.

        Those that this version of the lab cannot do are left out, and so are those of another model
        than the first.

        Raises:
            RunError: as for `model`.
        """
        return self._read[2]

    def runs(self) -> list[SweepRun]:
        """Return the runs as they stand now, in the order of `asked`.

        One whose history is damaged has no epochs.

        Raises:
            RunError: as for `model`.
        """
        kind = spec_of(self.model).model
        return [
            SweepRun(
                **vars(one),
                state=one.record.state,
                rows=_rows(one.record),
                picture=kind.picture_term(one.config),
            )
            for one in self.asked
        ]

    @cached_property
    def terms(self) -> Mapping[str, Term]:
        """The terms of the loss that all runs have; first that which counts the picture, `PICTURE`.

        Its key may differ between runs, as its meaning may not.

        Raises:
            RunError: as for `model`.
        """
        kind = spec_of(self.model).model
        each = [(kind.picture_term(one.config), kind.terms(one.config)) for one in self.asked]
        key, own = each[0]
        others = {
            name: term
            for name, term in own.items()
            if name != key
            and all(name != picture and terms.get(name) == term for picture, terms in each)
        }
        same = all(terms[picture] == own[key] for picture, terms in each)
        return {PICTURE: own[key], **others} if same else others

    @cached_property
    def _read(self) -> tuple[str, str | None, list[Asked]]:
        found: list[tuple[RunRecord, Config, TrainConfig]] = []
        model = ""
        problem: RunError | None = None
        for record in self.records:
            try:
                name, config, training = read_configs(record)
            except RunError as error:
                problem = error
                continue
            model = model or name
            if name == model:
                found.append((record, config, training))
        if not found:
            raise problem or RunError(f"Sweep {self.id} has no run that can be read.")
        settings = [config.to_dict() | training.to_dict() for _, config, training in found]
        field = _varied(settings, sweepable_fields(model))
        values = [None if field is None else one[field] for one in settings]
        asked = [
            Asked(record=record, config=config, training=training, value=value)
            for (record, config, training), value in zip(found, values, strict=True)
        ]
        # Words stay in the order in which they were given.
        numbers = all(isinstance(value, int | float) for value in values)
        order = list(dict.fromkeys(values))
        asked.sort(
            key=lambda one: (one.value if numbers else order.index(one.value), one.training.seed)
        )
        return model, field, asked


def _varied(settings: Sequence[Mapping[str, Any]], fields: Mapping[str, Any]) -> str | None:
    """Return the setting that is varied: the first by which, with the seed, all runs differ.

    The epochs come last: a run that goes on beyond its end has other ones. Where they alone differ,
    they are varied if the seeds do not tell the runs apart.
    """
    differing = [
        name for name in fields if any(one[name] != settings[0][name] for one in settings[1:])
    ]
    others = [name for name in differing if name != EPOCHS]

    def tells_apart(*names: str) -> bool:
        told = {tuple(one[name] for name in (*names, _SEED)) for one in settings}
        return len(told) == len(settings)

    if others:
        return next((name for name in others if tells_apart(name)), others[0])
    return EPOCHS if EPOCHS in differing and not tells_apart() else None


def _rows(record: RunRecord) -> Sequence[Mapping[str, Any]]:
    """Return the epochs of a run, none where its history is damaged."""
    try:
        stamp = os.lstat(record.folder / HISTORY)
        return _kept_rows(record.folder, stamp.st_mtime_ns, stamp.st_size)
    except (OSError, RunError):
        return []


# A page with a sweep asks for dozens of histories every two seconds, of which one has grown.
@lru_cache(maxsize=256)
def _kept_rows(folder: Path, _changed: int, _size: int) -> Sequence[Mapping[str, Any]]:
    return [row for row in epoch_rows(RunRecord(folder)) if type(row.get("epoch")) is int]
