"""The folders of all runs: one for the runs that visitors make, and the gallery that ships."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.files import advice, beside, replace_json, sync
from core.runs.disk_use import remove_oldest, size_on_disk
from core.runs.errors import RuleBroken
from core.runs.folders import GALLERY, VISITORS, is_run_id, remove_folder, run_folders
from core.runs.known_records import KnownRecords
from core.runs.lease import Lease
from core.runs.logs import log, log_event
from core.runs.record import ENDED, RunError, RunRecord, RunRequest, RunState
from core.runs.state import RUN, STATE
from core.runs.versions import versions_here

_RUNS = GALLERY.parent / "runs"
#: Nobody computes these, and somebody may resume them.
_KEPT = ("paused", "interrupted")
#: The folder among the runs for what can be computed again.
_CACHE = ".cache"
#: Seconds after which nobody is still making or deleting a hidden folder.
_REMAINS_AFTER = 3600.0


@dataclass(frozen=True)
class Summary:
    """A run as a list shows it."""

    id: str
    request: RunRequest
    state: RunState
    in_gallery: bool


class RunStore:
    """The runs in `runs`, which grow up to `quota` bytes, and those in `gallery`, which are only
    read. `LATENT_LAB_RUNS` and `LATENT_LAB_QUOTA_MB` set the defaults.

    `cache` is a folder for files that can be computed again. They count towards the quota and give
    way before any run does.
    """

    def __init__(
        self,
        runs: Path | None = None,
        gallery: Path | None = None,
        quota: int | None = None,
    ) -> None:
        self.runs = runs or runs_folder()
        self.gallery = gallery or GALLERY
        self.quota = _quota_from_environment() if quota is None else quota
        self.cache = self.runs / _CACHE
        self._records = KnownRecords()

    def create(
        self,
        kind: str,
        settings: Mapping[str, Any],
        *,
        title: str,
        visitor: str = "",
        folder: Path | None = None,
        versions: Mapping[str, str] | None = None,
        fill: Callable[[Path], None] = lambda _: None,
    ) -> RunRecord:
        """Make a new run's folder, pending: `folder` if given, else one under a new id.

        `versions` are those here by default. `fill` may write files into the folder before anybody
        can see it.

        Raises:
            RunError: the folder is not empty, or cannot be written, or there is no room left.
        """
        request = RunRequest(
            kind=kind,
            title=title,
            settings=settings,
            visitor=visitor,
            created_at=time.time(),
            versions=versions_here() if versions is None else versions,
        )
        try:
            if folder is None:
                self.require_room(visitor)
            # Absolute, since the folder that one is in has no name otherwise.
            target = folder.absolute() if folder else self.runs / new_id(kind, title)
            if target.exists() and any(target.iterdir()):
                raise RunError(f"{target} is not empty; name a new folder for the run.")
            target.parent.mkdir(parents=True, exist_ok=True)
            # Made beside and renamed, so that a run that can be seen is whole.
            hidden = beside(target)
            try:
                hidden.mkdir()
                fill(hidden)
                replace_json(hidden / RUN, {"format": 1, **asdict(request)})
                state = RunState(status="pending", submitted_at=time.time())
                replace_json(hidden / STATE, asdict(state))
                Lease(hidden).acquire()
                hidden.replace(target)
                sync(target.parent)
            finally:
                shutil.rmtree(hidden, ignore_errors=True)
        except OSError as error:
            raise RunError(
                f"The run could not be written ({error.strerror or error}); {advice(error)}, then "
                "start it again."
            ) from error
        return RunRecord(target)

    def get(self, run_id: str) -> RunRecord:
        """Return the run with this id, from the runs or the gallery.

        Raises:
            RuleBroken: its folder breaks a rule of `core.runs.opening`.
            RunError: there is none, or its folder cannot be read.
        """
        if not is_run_id(run_id):
            raise RunError(f"{run_id[:80]!r} is not the name of a run; choose one from the list.")
        for root in (self.runs, self.gallery):
            if os.path.isdir(root / run_id):  # False also where it may not be read
                return self._records.get(root / run_id)
        raise RunError(
            f"There is no run {run_id} here: it was deleted, or made on another server. "
            "Choose one from the list, or start a new one."
        )

    def list(self, kind: str | None = None) -> list[Summary]:
        """Return the readable runs of a kind, the gallery first, then the newest first.

        `core.runs.left_out` says why other folders are not among them.
        """
        found: list[Summary] = []
        folders = {root: run_folders(root) for root in (self.gallery, self.runs)}
        self._records.forget_all_but([*itertools.chain(*folders.values())])
        for root, inside in folders.items():
            for folder in inside:
                try:
                    record = self._records.get(folder)
                    state = record.state
                except (RunError, OSError):
                    continue
                if kind in (None, record.request.kind):
                    in_gallery = root == self.gallery
                    found.append(Summary(folder.name, record.request, state, in_gallery))
        found.sort(
            key=lambda run: (
                not run.in_gallery,
                0.0 if run.in_gallery else -run.request.created_at,
                run.id,
            )
        )
        return found

    def active(self) -> list[Summary]:
        """Return the runs that are being computed or wait for it, in the order of their turn."""
        return in_turn(self.list())

    def delete(self, run_id: str, who: str) -> None:
        """Remove a run of `who` that is not being computed.

        A folder that breaks a rule cannot tell whose it is, so that anybody may remove it. Where it
        is a link, the link alone is removed.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: there is none, it is in the gallery, it is being computed, or its folder
                cannot be written.
        """
        with contextlib.suppress(RuleBroken):
            self.get(run_id).control.check_change(who)
        self._remove(run_id)

    def _remove(self, run_id: str) -> None:
        """Remove a run, whoever it belongs to; errors as for `delete`."""
        try:
            record = self.get(run_id)
            folder, active = record.folder, record.is_active
        except RuleBroken:
            record, folder = None, self.runs / run_id
            if not os.path.lexists(folder):
                folder = self.gallery / run_id
            active = False  # it could not be cancelled, and who computes it cannot go on
        if folder.parent == self.gallery:
            raise RunError(f"{run_id} belongs to the gallery, which is only read.")
        if active:
            raise RunError(f"{run_id} is being computed; cancel it first, then delete it.")
        # Renamed first: a reader sees the run or no run, not one that falls apart.
        doomed = folder.with_name(f".{run_id}.{uuid.uuid4().hex[:8]}.deleted")
        try:
            folder.replace(doomed)
        except FileNotFoundError:
            pass  # somebody else was faster
        except OSError as error:
            raise RunError(
                f"{run_id} could not be deleted ({error.strerror or error}); {advice(error)}."
            ) from error
        if record is None:
            extra = {"event": "deleted", "facts": {"run": run_id}}
            log.info("run %s deleted", run_id, extra=extra)
        else:
            log_event("deleted", record)
        remove_folder(doomed)
        self._records.forget(folder)

    def require_room(self, visitor: str = "") -> None:
        """Make room for a new run of a visitor, see `make_room`.

        Raises:
            RunError: there is none, since paused and interrupted runs take all of it.
        """
        if (excess := self.make_room(visitor)) > 0:
            raise RunError(
                f"Paused and interrupted runs take {excess / 1e6:,.1f} MB more than the "
                f"{self.quota / 1e6:,.1f} MB that all runs may take; delete some of them, or "
                "ask whoever runs the lab for room."
            )

    def make_room(self, visitor: str = "") -> int:
        """Delete the oldest cached files, then the oldest runs that have ended, until the rest fits
        the quota.

        Those of `visitor`, who needs the room, give way first. Runs that are paused or interrupted
        stay, since somebody may resume them.

        Returns:
            By how many bytes the paused and interrupted runs alone exceed the quota; at most 0
            where they do not.
        """
        self._clear_remains()
        runs = [run for run in self.list() if not run.in_gallery]
        sizes = {run.id: size_on_disk(self.runs / run.id) for run in runs}
        excess = sum(sizes.values()) + size_on_disk(self.cache) - self.quota
        excess -= remove_oldest(self.cache, excess)
        own_first = sorted(
            runs, key=lambda run: (run.request.visitor != visitor, run.request.created_at)
        )
        for run in own_first:
            if excess <= 0:
                break
            if run.state.status not in ENDED:
                continue
            # Another visitor may have deleted it, or gone on with it, since it was listed.
            with contextlib.suppress(RunError):
                self._remove(run.id)
                excess -= sizes[run.id]
        return sum(sizes[run.id] for run in runs if run.state.status in _KEPT) - self.quota

    def _clear_remains(self) -> None:
        """Remove what a server that was killed had begun to make or to delete."""
        with contextlib.suppress(OSError), os.scandir(self.runs) as entries:
            for entry in entries:
                # What is younger may be another process's that is at it.
                hidden = entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
                if (
                    hidden
                    and entry.name not in (_CACHE, VISITORS)
                    and time.time() - entry.stat().st_mtime > _REMAINS_AFTER
                ):
                    remove_folder(Path(entry.path))


def in_turn(runs: Iterable[Summary]) -> list[Summary]:
    """Return the runs among these that are computed or wait for it, in the order of their turn.

    Last are those of a group whose turn to be submitted has not come.
    """
    return sorted(
        (run for run in runs if run.state.is_active),
        key=lambda run: (
            run.state.status == "pending",
            run.state.submitted_at == 0.0,
            run.state.submitted_at,
            run.request.created_at,
        ),
    )


def new_id(kind: str, title: str) -> str:
    """Return a new name for a run, which no other has."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:24] or kind
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{slug}-{uuid.uuid4().hex[:4]}"


def runs_folder() -> Path:
    """Return the folder of the runs that visitors make: `LATENT_LAB_RUNS`, else the default."""
    return Path(os.environ.get("LATENT_LAB_RUNS") or _RUNS)


def _quota_from_environment() -> int:
    text = os.environ.get("LATENT_LAB_QUOTA_MB") or "4000"
    try:
        return int(float(text) * 1e6)
    except (ValueError, OverflowError):
        raise ValueError(
            f"LATENT_LAB_QUOTA_MB (={text}) must be a number of megabytes, such as 4000."
        ) from None
