"""Read what a run's folder says about the run: what was asked for, and where it stands."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from core.runs.errors import RuleBroken, RunError
from core.runs.old_formats import today
from core.runs.opening import read_json

Status = Literal["pending", "running", "paused", "done", "cancelled", "failed", "interrupted"]
ACTIVE: tuple[Status, ...] = ("pending", "running")
ENDED: tuple[Status, ...] = ("done", "cancelled", "failed")
RESUMABLE: tuple[Status, ...] = ("paused", "interrupted", "cancelled", "failed")

#: The kinds of runs that a program outside the lab computes and `core.recorder` writes down: one
#: that trains a model, and one that moves the points of a map.
RECORDED_MODEL, RECORDED_MAP = "recorded-model", "recorded-map"
#: The kind of a run whose weights were trained elsewhere and opened here; it is done at once.
OWN_WEIGHTS = "own-weights"

#: The file of a `RunRequest`.
RUN = "run.json"
#: The file of a `RunState`.
STATE = "state.json"

#: Seconds after which the time stamp of a file tells all of its versions apart.
_SETTLED = 2.0
# Beyond this a time cannot be shown as a date.
_LATEST = 1e11
#: The most characters of a title: it travels with every page that lists the runs.
LONGEST_TITLE = 200
#: An error that is longer is cut when it is read.
_LONGEST_ERROR = 2000


@dataclass(frozen=True, kw_only=True)
class RunRequest:
    """What was asked for: `run.json`.

    It changes only when a run goes on beyond its end, or begins under other versions than those
    that it was queued under.

    `settings` are the configs as plain values: `config` of t-SNE, or `model` by name, its `config`
    and `training`; what a program has `recorded` is in `core.recorder.reading`, and from which file
    weights were `opened` in `core.own_weights.opened`. `created_at` is in seconds since 1970.
    `imported`, of a run that came as a bundle, has the `id` and the `created_at` that it had where
    it was made: what such a run says of its times and losses nobody here has measured.

    Raises:
        ValueError: a field is not of its type, as in a file that somebody has edited, or the title
            is too long.
    """

    kind: str
    title: str
    settings: Mapping[str, Any]
    visitor: str = ""
    created_at: float = 0.0
    versions: Mapping[str, str] | None = None
    imported: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        for name in ("kind", "title", "visitor"):
            _check(isinstance(getattr(self, name), str), name)
        if len(self.title) > LONGEST_TITLE:
            raise ValueError(
                f"title has {len(self.title):,} characters, and may have at most {LONGEST_TITLE}; "
                "choose a shorter one."
            )
        _check(isinstance(self.settings, Mapping), "settings")
        for section in ("config", "training"):
            _check(isinstance(self.settings.get(section), Mapping | None), f"settings.{section}")
        _check(isinstance(self.settings.get("model"), str | None), "settings.model")
        _check(_is_number(self.created_at, _LATEST), "created_at")
        imported = self.imported
        if imported is not None:
            _check(isinstance(imported, Mapping), "imported")
            _check(isinstance(imported.get("id"), str), "imported.id")
            _check(_is_number(imported.get("created_at"), _LATEST), "imported.created_at")

    @property
    def is_recorded(self) -> bool:
        """Whether a program outside the lab computes the run: the lab can only show it."""
        return self.kind in (RECORDED_MODEL, RECORDED_MAP)

    @property
    def is_opened(self) -> bool:
        """Whether its weights were trained elsewhere: the lab can look at them, not train on."""
        return self.kind == OWN_WEIGHTS


@dataclass(frozen=True, kw_only=True)
class RunState:
    """Where a run stands: the content of `state.json`.

    `progress` is in [0, 1]; `seconds` is the time spent computing; `error` a sentence.

    Raises:
        ValueError: a field is not of its type.
    """

    status: Status
    progress: float = 0.0
    seconds: float = 0.0
    error: str = ""
    submitted_at: float = 0.0

    def __post_init__(self) -> None:
        _check(self.status in get_args(Status), "status")
        _check(_is_number(self.progress, 1.0), "progress")
        _check(_is_number(self.seconds, _LATEST), "seconds")
        _check(isinstance(self.error, str), "error")
        _check(_is_number(self.submitted_at, _LATEST), "submitted_at")

    @property
    def is_active(self) -> bool:
        """Whether the run is being computed or waits for it."""
        return self.status in ACTIVE


def read_request(folder: Path) -> RunRequest:
    """Return what was asked for in this folder.

    Raises:
        RuleBroken: the title is too long, or the file breaks a rule of `core.runs.opening`.
        RunError: the folder holds no readable run.
        OSError: the file cannot be opened.
    """
    values = read_json(folder / RUN)
    if not isinstance(values, dict):
        raise RunError(
            f"Run {folder.name} has no readable {RUN}: it was deleted or never written in full. "
            "Choose another run, or start a new one."
        )
    title = values.get("title")
    if isinstance(title, str) and len(title) > LONGEST_TITLE:
        raise RuleBroken(
            f"The title of run {folder.name} has {len(title):,} characters, and may have at most "
            f"{LONGEST_TITLE}. Delete the run, or shorten the title in its {RUN}."
        )
    try:
        return RunRequest(**_known(RunRequest, today(values)))
    except (TypeError, ValueError) as error:
        raise RunError(
            f"Run {folder.name} cannot be read: its {RUN} lacks or damages a field ({error}). "
            "Choose another run, or start a new one."
        ) from None


class StateFile:
    """The file `state.json` of a run, parsed again only when it has changed: a page that lists the
    runs asks for hundreds."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / STATE
        self._place = str(self._path)  # which the system takes faster than a path
        self._known: tuple[tuple[int, int, int], RunState | None] | None = None

    def read(self) -> RunState | None:
        """Return the state that was last written; None if the file is missing or damaged.

        Raises:
            OSError: it cannot be opened.
        """
        try:
            status = os.lstat(self._place)
        except OSError:
            return None
        version = (status.st_ino, status.st_mtime_ns, status.st_size)
        known = self._known
        if known is not None and known[0] == version:
            return known[1]
        state = self._parse()
        # A file can be replaced twice within one tick of the clock that stamps it; what is older
        # than some ticks cannot change without a new stamp.
        if time.time() - status.st_mtime > _SETTLED:
            self._known = (version, state)
        return state

    def _parse(self) -> RunState | None:
        try:
            values = read_json(self._path)
            if not isinstance(values, dict):
                return None
            state = RunState(**_known(RunState, values))
        except (TypeError, ValueError, RuleBroken):
            return None
        return replace(state, error=state.error[:_LONGEST_ERROR])


def _known(fields_of: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that this version knows: another one may write more."""
    return {name: values[name] for name in fields_of.__annotations__ if name in values}


def _check(right: bool, name: str) -> None:
    if not right:
        raise ValueError(f"{name} has a value that it cannot have")


def _is_number(value: Any, maximum: float) -> bool:
    return isinstance(value, int | float) and 0 <= value <= maximum
