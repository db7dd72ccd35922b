"""Say in a table what a run is: model, data, what differs from the exercise, final numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.runs.labels import STATUS_WORDS
from app.runs.settings_text import changed, changed_of_maps, flat, lower_first
from app.server.data import data_asked_for
from core.data.data_sets import DATA_SETS
from core.runs.history import Row as HistoryRow
from core.runs.last_rows import LastRows
from core.runs.state import RunRequest
from core.runs.store import RunStore, Summary
from core.training.config import training_configs, with_defaults
from core.training.record import model_name
from models import MODELS, OPENED, PIXELS, Config, ModelSpec

GALLERY = "Gallery"
#: What the table says of a run with the exercise's settings.
UNCHANGED = "as in the exercise"
LOWEST_KL = "Lowest KL divergence (nats)"
#: Characters of a name that a folder from elsewhere may bring.
_LONGEST_NAME = 40
#: Characters of the settings that differ.
_LONGEST_CHANGES = 300
#: Numbers of one run: a loss of ours has five terms.
_MOST_NUMBERS = 8


@dataclass(frozen=True, kw_only=True)
class About:
    """Hold what a run's request says.

    Runs of one `family` can be compared. `terms` are the names of the numbers that the lab knows,
    with their units, by their keys; first the one that counts the rebuilt picture alone.
    """

    family: str
    model: str
    data: str
    changes: str
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Row:
    """A run as the table shows it.

    `numbers` are the last ones that are finite, by their names with units; the first is the one
    that runs are compared by.
    """

    run: Summary
    about: About
    whose: str
    starred: bool
    numbers: Mapping[str, float]

    @property
    def id(self) -> str:
        return self.run.id

    @property
    def title(self) -> str:
        return self.run.request.title

    @property
    def state(self) -> str:
        return STATUS_WORDS[self.run.state.status]

    # Found once: rows are kept from one look at the table to the next.
    @cached_property
    def result(self) -> str:
        """The first number, with its name and unit; empty without one."""
        name, value = next(iter(self.numbers.items()), ("", 0.0))
        return f"{number(value)} {lower_first(name)}" if name else ""


class RunFacts:
    """The rows of all runs; what does not change is found once for each run."""

    def __init__(self) -> None:
        self._known: dict[str, Row] = {}
        self._last = LastRows(_has_numbers)

    def rows(
        self,
        store: RunStore,
        runs: Collection[Summary],
        whose: Callable[[Summary], str],
        stars: frozenset[str],
    ) -> list[Row]:
        """Return a row for each of these runs of a store, in their order.

        Args:
            store: Where the runs are.
            runs: All of its runs: what is known of others is forgotten.
            whose: What the table says of whose a run is.
            stars: The ids of those with a star.
        """
        roots = str(store.runs), str(store.gallery)
        rows: list[Row] = []
        for run in runs:
            place = f"{roots[run.in_gallery]}/{run.id}"
            owner = whose(run)
            known = self._known.get(place)
            if known is None or not _is_like(known, run, owner, starred=run.id in stars):
                known = self._row(place, known, run, owner, starred=run.id in stars)
                self._known[place] = known
            rows.append(known)
        if len(self._known) > len(rows):
            there = {f"{roots[run.in_gallery]}/{run.id}" for run in runs}
            for gone in {*list(self._known)} - there:
                self._known.pop(gone, None)
            self._last.forget_all_but(there)
        return rows

    def _row(
        self, place: str, known: Row | None, run: Summary, whose: str, *, starred: bool
    ) -> Row:
        same = known is not None and known.run.request is run.request
        own = known.about if same and known is not None else about(run.request)
        last = None if run.state.status == "pending" else self._last.get(place)
        numbers = {} if last is None else numbers_of(own, last)
        return Row(run=run, about=own, whose=whose, starred=starred, numbers=numbers)


def _is_like(row: Row, run: Summary, whose: str, *, starred: bool) -> bool:
    """Return whether a row still tells what there is to tell of a run.

    The store returns the very same request and state as long as their files do not change; and a
    run that is not computed does not get further.
    """
    return (
        row.run.request is run.request
        and row.run.state is run.state
        and not run.state.is_active
        and row.whose == whose
        and row.starred == starred
    )


def about(request: RunRequest) -> About:
    """Return what a request says; of a run of another version or of foreign code, its names."""
    name = data_asked_for(request)
    data = DATA_SETS[name].title if name in DATA_SETS else short(name)
    if request.kind == "tsne":
        changes = _changes_of_tsne(request.settings.get("config"))
        return About(family="tsne", model="t-SNE", data=data, changes=changes)
    model = model_name(request)
    if request.is_opened and model in OPENED:
        return _about_opened(request, OPENED[model], data)
    if request.kind != "train" or model not in MODELS:
        words = short(model or request.kind) or "unknown"
        return About(family=f"other: {words}", model=words, data=data, changes="")
    spec = MODELS[model]
    settings = with_defaults(request.settings)
    try:
        config, _ = training_configs(model, settings["config"], settings["training"])
        told = changed(model, flat(settings["config"], settings["training"]))
    except (ValueError, TypeError, OverflowError, KeyError):  # of another version
        changes = "settings of another version"
        return About(family=spec.family, model=spec.title, data=data, changes=changes)
    told.pop("training.data", None)
    return About(
        family=spec.family,
        model=spec.title,
        data=data,
        changes=_joined(list(told.values())),
        terms=_named_terms(spec, config),
    )


def _named_terms(spec: ModelSpec, config: Config) -> dict[str, str]:
    """Return the names of a model's terms with their units, first that of the picture alone."""
    terms = spec.model.terms(config)
    picture = spec.model.picture_term(config)
    order = [picture, *(key for key in terms if key != picture)]
    return {key: f"{terms[key].label} ({terms[key].unit})" for key in order}


def _about_opened(request: RunRequest, spec: ModelSpec, data: str) -> About:
    """Return what a request says of opened weights: the widths of the layers."""
    try:
        config = spec.config.from_dict(request.settings.get("config") or {})
        widths = [PIXELS, *config.to_dict()["encoder"], *config.to_dict()["decoder"]]
        changes, terms = " → ".join(map(str, widths)), _named_terms(spec, config)
    except (ValueError, TypeError, OverflowError, KeyError):
        changes, terms = "settings of another version", {}
    return About(family=spec.family, model=spec.title, data=data, changes=changes, terms=terms)


def _changes_of_tsne(values: Any) -> str:
    if not isinstance(values, Mapping):
        return "settings of another version"
    try:
        told = changed_of_maps(values)
    except (ValueError, TypeError, OverflowError, KeyError):
        return "settings of another version"
    told.pop("data", None)
    return _joined(list(told.values()))


def numbers_of(about: About, row: HistoryRow) -> dict[str, float]:
    """Return the finite numbers of a row by their names with units, those of test digits if any.

    Those that the lab does not know bear their own names.
    """
    maps = row.get("kl_divergence")
    if isinstance(maps, Mapping) and maps:
        lowest = min((float(v) for v in maps.values() if is_finite(v)), default=None)
        return {} if lowest is None else {LOWEST_KL: lowest}
    parts = (row.get(part) for part in ("validation", "train"))
    values = next((part for part in parts if isinstance(part, Mapping) and part), {})
    known = {name: values[key] for key, name in about.terms.items() if is_finite(values.get(key))}
    others = {
        f"{short(str(key))} (no unit)": value
        for key, value in values.items()
        if key not in about.terms and is_finite(value)
    }
    return {name: float(value) for name, value in list({**known, **others}.items())[:_MOST_NUMBERS]}


def number(value: float) -> str:
    """Return a number with three digits that count."""
    text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−", 1) if value < 0 else text


def is_finite(value: Any) -> bool:
    """Return whether a value from a file is a number that can be shown."""
    return type(value) in (int, float) and abs(value) < 1e300 and math.isfinite(value)


def short(name: str) -> str:
    """Return a name from elsewhere on one line that is not too long."""
    line = "".join(letter if letter.isprintable() else "?" for letter in name[: _LONGEST_NAME + 1])
    return line if len(line) <= _LONGEST_NAME else f"{line[:_LONGEST_NAME]}…"


def _joined(told: list[str]) -> str:
    text = " · ".join(told) or UNCHANGED
    return text if len(text) <= _LONGEST_CHANGES else f"{text[:_LONGEST_CHANGES]}…"


def _has_numbers(row: HistoryRow) -> bool:
    parts = ("kl_divergence",) if row.get("event") == "frame" else ("validation", "train")
    if row.get("event") not in ("frame", "epoch"):
        return False
    return any(isinstance(row.get(part), Mapping) and row[part] for part in parts)
