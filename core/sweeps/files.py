"""Sweeps on disk: a file that names the runs of a sweep, beside their folders."""

from __future__ import annotations

import contextlib
import os
import re
import time
import uuid
from collections.abc import Sequence, Set
from functools import lru_cache
from pathlib import Path

from core.files import advice, replace_json
from core.runs.errors import RuleBroken
from core.runs.folders import is_run_id
from core.runs.new_run import new_id
from core.runs.opening import read_json
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.sweeps.plan import MAX_SEEDS, MAX_VALUES, SweepPlan
from core.sweeps.sweep import Sweep
from models import spec_of

#: The name of a sweep's file is its id with this ending.
ENDING = ".sweep.json"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,69}")
_MAX_RUNS = MAX_VALUES * MAX_SEEDS
#: Seconds for which a file may name runs that have not been made yet.
_BEING_MADE = 60.0


def is_sweep_id(name: str) -> bool:
    """Return whether a sweep can have this name."""
    return _ID.fullmatch(name) is not None


class SweepFiles:
    """The sweeps among the runs of a store and in its gallery."""

    def __init__(self, store: RunStore) -> None:
        self._store = store

    def create(self, plan: SweepPlan, *, visitor: str = "") -> Sweep:
        """Make the runs of a sweep, all pending, and the file that names them.

        Raises:
            RunError: there is no room for them, or they cannot be written; none is left then.
        """
        title = spec_of(plan.model).title
        self._store.require_room(visitor)
        wanted = list(plan.settings())
        ids = [new_id("train", title) for _ in wanted]
        stem = f"{time.strftime('%Y%m%d-%H%M%S')}-{plan.model}-{plan.field}"
        sweep_id = f"{stem[:60]}-{uuid.uuid4().hex[:8]}"
        path = self._store.runs / f"{sweep_id}{ENDING}"
        records: list[RunRecord] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # First, so that no runs without a sweep are left if the program is killed meanwhile.
            replace_json(path, {"format": 1, "runs": ids})
            for run_id, settings in zip(ids, wanted, strict=True):
                folder = self._store.runs / run_id
                record = self._store.create(
                    "train", settings, title=title, visitor=visitor, folder=folder
                )
                records.append(record)
        except BaseException as error:
            for record in records:
                with contextlib.suppress(OSError, RunError):
                    record.lease.release()
                    self._store.delete(record.id, visitor)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise RunError(
                    f"The sweep could not be written ({error.strerror or error}); "
                    f"{advice(error)}, then start it again."
                ) from error
            raise
        return Sweep(id=sweep_id, records=tuple(records), in_gallery=False)

    def get(self, sweep_id: str) -> Sweep:
        """Return the sweep with this id, from the runs or the gallery, without its deleted runs.

        Raises:
            RunError: there is none, its file is damaged, or all its runs were deleted.
        """
        if not is_sweep_id(sweep_id):
            raise RunError(f"{sweep_id[:80]!r} is not the name of a sweep; choose one of the list.")
        for root in (self._store.runs, self._store.gallery):
            path = root / f"{sweep_id}{ENDING}"
            if os.path.lexists(path):
                try:
                    return self._with_runs(path, _ids_in(path))
                except OSError as error:
                    raise RunError(
                        f"Sweep {sweep_id} cannot be read ({error.strerror or error}); choose "
                        "another one, or start a new one."
                    ) from error
        raise RunError(
            f"There is no sweep {sweep_id} here: it was deleted, or made on another server. "
            "Choose one of the list, or start a new one."
        )

    def list(self, naming: Set[str] | None = None) -> list[Sweep]:
        """Return the readable sweeps that still have runs, the gallery's first, then the newest.

        A file of which all runs have been deleted is removed.

        Args:
            naming: Return only sweeps that name one of these runs; None returns all.
        """
        found: list[Sweep] = []
        for root in (self._store.gallery, self._store.runs):
            for path in sorted(_files(root), reverse=root == self._store.runs):
                with contextlib.suppress(RunError, OSError):
                    ids = _ids_in(path)
                    if naming is None or not naming.isdisjoint(ids):
                        found.append(self._with_runs(path, ids))
        return found

    def delete(self, sweep_id: str, who: str) -> None:
        """Delete a sweep of `who` with its runs.

        Raises:
            NotYoursError: one of its runs belongs to somebody else; none is deleted then.
            RunError: there is none, it is in the gallery, one of its runs is being computed, or
                they cannot be deleted.
        """
        sweep = self.get(sweep_id)
        if sweep.in_gallery:
            raise RunError(f"{sweep_id} belongs to the gallery, which is only read.")
        if sweep.is_active:
            raise RunError(f"{sweep_id} is being computed; cancel it first, then delete it.")
        for record in sweep.records:
            record.control.check_change(who)
        for record in sweep.records:
            self._store.delete(record.id, who)
        try:
            (self._store.runs / f"{sweep_id}{ENDING}").unlink(missing_ok=True)
        except OSError as error:
            raise RunError(
                f"{sweep_id} could not be deleted ({error.strerror or error}); {advice(error)}."
            ) from error

    def _with_runs(self, path: Path, ids: Sequence[str]) -> Sweep:
        """Return the sweep of a file that names these runs.

        Raises:
            RunError: none of them is there any more.
        """
        sweep_id = path.name.removesuffix(ENDING)
        in_gallery = path.parent == self._store.gallery
        records: list[RunRecord] = []
        for run_id in ids:
            with contextlib.suppress(RunError, OSError):  # deleted meanwhile
                records.append(self._store.get(run_id))
        records = [record for record in records if record.request.kind == "train"]
        if not records:
            if not in_gallery and time.time() - path.lstat().st_mtime > _BEING_MADE:
                path.unlink(missing_ok=True)
            raise RunError(
                f"All runs of sweep {sweep_id} were deleted; choose another one, or start a new "
                "one."
            )
        return Sweep(id=sweep_id, records=tuple(records), in_gallery=in_gallery)


def _ids_in(path: Path) -> tuple[str, ...]:
    """Return the names of the runs in a sweep's file, read again only when it has changed.

    Raises:
        RunError: it is damaged, or no ordinary file.
        OSError: it cannot be read.
    """
    status = path.lstat()
    return _kept_ids(path, status.st_ino, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1024)
def _kept_ids(path: Path, _inode: int, _changed: int, _size: int) -> tuple[str, ...]:
    sweep_id = path.name.removesuffix(ENDING)
    try:
        # The folder of all runs may be a link, unlike that of a run.
        content = read_json(path.parent.resolve() / path.name)
    except RuleBroken as error:
        raise RunError(str(error)) from None
    if ids := _run_ids(content):
        return tuple(ids)
    raise RunError(
        f"The file of sweep {sweep_id} names no runs, or is damaged; delete it, or start the sweep "
        "again."
    )


def _files(root: Path) -> Sequence[Path]:
    try:
        names = os.listdir(root)
    except OSError:
        return []
    return [
        root / name
        for name in names
        if name.endswith(ENDING) and is_sweep_id(name.removesuffix(ENDING))
    ]


def _run_ids(content: object) -> list[str]:
    """Return the names of runs in a sweep's file; none if the file is damaged.

    They are as many as a sweep may have, no two alike.
    """
    ids = content.get("runs") if isinstance(content, dict) else None
    if not isinstance(ids, list) or not 1 <= len(ids) <= _MAX_RUNS:
        return []
    names = [run_id for run_id in ids if isinstance(run_id, str) and is_run_id(run_id)]
    return names if len(set(names)) == len(ids) else []
