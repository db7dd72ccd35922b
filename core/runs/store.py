"""The folders of all runs: one for the runs that visitors make, and the gallery that ships."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.files import advice, beside, replace_json, sync
from core.runs.disk_use import remove_oldest, size_on_disk
from core.runs.errors import RuleBroken
from core.runs.folders import GALLERY, VISITORS, is_run_id, remove_folder, run_names
from core.runs.known_records import KnownRecords
from core.runs.lease import Lease
from core.runs.logs import log, log_event
from core.runs.quota import clear_remains, quota_from_environment
from core.runs.record import ENDED, RunError, RunRecord, RunRequest, RunState
from core.runs.stars import STARS, Stars
from core.runs.state import RUN, STATE
from core.runs.summary import Summary, in_turn
from core.runs.trash import TRASH, Trash
from core.runs.versions import versions_here

__all__ = ["RunStore", "Summary", "in_turn", "new_id", "runs_folder"]

_RUNS = GALLERY.parent / "runs"
#: Nobody computes these, and somebody may resume them.
_KEPT = ("paused", "interrupted")
#: The folder among the runs for what can be computed again.
_CACHE = ".cache"
#: Hidden folders among the runs that are neither being made nor deleted.
_STAYING = (_CACHE, STARS, TRASH, VISITORS)


class RunStore:
    """The runs in `runs`, which grow up to `quota` bytes, and those in `gallery`, which are only
    read. `LATENT_LAB_RUNS` and `LATENT_LAB_QUOTA_MB` set the defaults.

    `cache` is a folder for files that can be computed again. They count towards the quota and give
    way before any run does. So do deleted runs, which stay in `trash` for a day.
    """

    def __init__(
        self,
        runs: Path | None = None,
        gallery: Path | None = None,
        quota: int | None = None,
    ) -> None:
        self.runs = runs or runs_folder()
        self.gallery = gallery or GALLERY
        self.quota = quota_from_environment() if quota is None else quota
        self.cache = self.runs / _CACHE
        self.trash = Trash(self.runs)
        self.stars = Stars(self.runs)
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
        state: RunState | None = None,
        fill: Callable[[Path], None] = lambda _: None,
    ) -> RunRecord:
        """Make a new run's folder, pending: `folder` if given, else one under a new id.

        A run of which nothing is left to compute may have another `state`. `versions` are those
        here by default. `fill` may write files into the folder before anybody
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
                state = state or RunState(status="pending", submitted_at=time.time())
                replace_json(hidden / STATE, asdict(state))
                if state.is_active:
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
        names = {root: run_names(root) for root in (self.gallery, self.runs)}
        self._records.forget_all_but(names)
        for root, inside in names.items():
            in_gallery = root == self.gallery
            for name in inside:
                try:
                    record = self._records.get_named(root, name)
                    state = record.state
                except (RunError, OSError):
                    continue
                if kind in (None, record.request.kind):
                    found.append(Summary(name, record.request, state, in_gallery))
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
            record = self._deletable(run_id)
            folder = record.folder
        except RuleBroken:
            # It could not be cancelled, and who computes it cannot go on.
            record, folder = None, self.runs / run_id
            if not os.path.lexists(folder):
                raise _of_the_gallery(run_id) from None
        # Renamed first: a reader sees the run or no run, not one that falls apart.
        doomed = folder.with_name(f".{run_id}.{uuid.uuid4().hex[:8]}.deleted")
        self._move_away(folder, folder.replace, doomed)
        if record is None:
            extra = {"event": "deleted", "facts": {"run": run_id}}
            log.info("run %s deleted", run_id, extra=extra)
        else:
            log_event("deleted", record)
        remove_folder(doomed)

    def discard(self, run_id: str, who: str) -> None:
        """Delete a run of `who` that is not being computed; `restore` brings it back for a day.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: there is none, it is in the gallery, it is being computed, its folder breaks
                a rule, or it cannot be written.
        """
        record = self._deletable(run_id)
        record.control.check_change(who)
        self.trash.clear()
        self._move_away(record.folder, self.trash.take_in, record.folder)
        log_event("deleted", record)

    def restore(self, run_id: str, who: str) -> RunRecord:
        """Bring back a run of `who` that was deleted less than a day ago.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: it is not there any more, or its folder cannot be moved.
        """
        self.trash.restore(run_id, who)
        record = self.get(run_id)
        log_event("restored", record)
        return record

    def _deletable(self, run_id: str) -> RunRecord:
        """Return a run that may be deleted, by what its state is.

        Raises:
            RunError: there is none, it is in the gallery, or it is being computed.
        """
        record = self.get(run_id)
        if record.folder.parent == self.gallery:
            raise _of_the_gallery(run_id)
        if record.is_active:
            raise RunError(f"{run_id} is being computed; cancel it first, then delete it.")
        return record

    def _move_away(self, folder: Path, move: Callable[[Path], object], to: Path) -> None:
        try:
            move(to)
        except FileNotFoundError:
            pass  # somebody else was faster
        except OSError as error:
            raise RunError(
                f"{folder.name} could not be deleted ({error.strerror or error}); {advice(error)}."
            ) from error
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
        """Delete the oldest cached files, then the runs that were deleted first, then the oldest
        runs that have ended, until the rest fits the quota.

        Those of `visitor`, who needs the room, give way first. Runs that are paused or interrupted
        stay, since somebody may resume them, but for those that a program outside the lab computed.

        Returns:
            By how many bytes the paused and interrupted runs alone exceed the quota; at most 0
            where they do not.
        """
        self.trash.clear()
        clear_remains(self.runs, _STAYING)
        runs = [run for run in self.list() if not run.in_gallery]
        sizes = {run.id: size_on_disk(self.runs / run.id) for run in runs}
        others = size_on_disk(self.cache) + self.trash.size()
        excess = sum(sizes.values()) + others - self.quota
        excess -= remove_oldest(self.cache, excess)
        excess -= self.trash.remove_oldest(excess)
        own_first = sorted(
            runs, key=lambda run: (run.request.visitor != visitor, run.request.created_at)
        )
        for run in own_first:
            if excess <= 0:
                break
            if not _has_ended(run):
                continue
            # Another visitor may have deleted it, or gone on with it, since it was listed.
            with contextlib.suppress(RunError):
                self._remove(run.id)
                excess -= sizes[run.id]
        kept = [run for run in runs if run.state.status in _KEPT and not _has_ended(run)]
        return sum(sizes[run.id] for run in kept) - self.quota


def _has_ended(run: Summary) -> bool:
    """Return whether nobody computes a run and nobody can resume it."""
    interrupted = run.request.is_recorded and run.state.status == "interrupted"
    return run.state.status in ENDED or interrupted


def _of_the_gallery(run_id: str) -> RunError:
    return RunError(f"{run_id} belongs to the gallery, which is only read.")


def new_id(kind: str, title: str) -> str:
    """Return a new name for a run, which no other has."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:24] or kind
    # A sweep makes 45 runs of one name within a second. With four digits, two of them would have
    # the same id in one sweep of 67.
    return f"{time.strftime('%Y%m%d-%H%M%S')}-{slug}-{uuid.uuid4().hex[:8]}"


def runs_folder() -> Path:
    """Return the folder of the runs that visitors make: `LATENT_LAB_RUNS`, else the default."""
    return Path(os.environ.get("LATENT_LAB_RUNS") or _RUNS)
