"""Keep deleted runs for a day, so that a deletion can be undone.

A deleted run is a folder in `.trash` beside the runs, whose name is the run's id and when it was
deleted: `RUN@MILLISECONDS`. No run's id has an `@`, so the two parts cannot be confused.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from core.files import advice
from core.runs.disk_use import size_on_disk
from core.runs.errors import RunError
from core.runs.folders import is_run_id, remove_folder
from core.runs.opening import check_folder
from core.runs.rights import NotYoursError, may_change
from core.runs.state import RunRequest, read_request

#: The folder among the runs for those that were deleted.
TRASH = ".trash"
#: Seconds for which a deletion can be undone: a day, as long as the quota has room for it.
KEPT_SECONDS = 24 * 3600.0

_NAME = re.compile(r"(?P<run>[^@]+)@(?P<at>\d{1,16})")


@dataclass(frozen=True)
class DeletedRun:
    """A run in the trash: its id, when it was deleted (seconds since 1970), and what it was."""

    id: str
    deleted_at: float
    folder: Path
    request: RunRequest


class Trash:
    """The deleted runs of the folder `runs`."""

    def __init__(self, runs: Path) -> None:
        self._runs = runs
        self.folder = runs / TRASH

    def take_in(self, folder: Path) -> None:
        """Move a run's folder into the trash; at once, so that a reader sees the run or no run.

        Raises:
            FileNotFoundError: the folder is gone.
            OSError: it cannot be moved.
        """
        if self.folder.is_symlink():
            raise OSError(f"{TRASH} is a link, and the lab follows none")
        self.folder.mkdir(exist_ok=True)
        folder.replace(self.folder / f"{folder.name}@{int(time.time() * 1000)}")

    def is_empty(self) -> bool:
        """Return whether there is nothing to bring back; the runs are not read."""
        return not any(time.time() - at <= KEPT_SECONDS for _, at, _ in self._entries())

    def list(self) -> list[DeletedRun]:
        """Return the runs whose deletion can still be undone, the last deleted first."""
        found: list[DeletedRun] = []
        for run_id, at, folder in self._entries():
            if time.time() - at > KEPT_SECONDS:
                continue
            with contextlib.suppress(RunError, OSError):  # damaged, or just cleared
                check_folder(folder)
                found.append(DeletedRun(run_id, at, folder, read_request(folder)))
        return sorted(found, key=lambda run: -run.deleted_at)

    def get(self, run_id: str) -> DeletedRun:
        """Return the run with this id that was deleted last.

        Raises:
            RunError: none can be brought back any more.
        """
        for run in self.list():
            if run.id == run_id:
                return run
        raise RunError(
            f"Run {run_id[:80]!r} is not among the deleted runs: a day is over, its room was "
            "needed, or it was brought back already."
        )

    def restore(self, run_id: str, who: str) -> Path:
        """Bring a deleted run of `who` back, and return its folder.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: it is not in the trash any more, another run has its name, or its folder
                cannot be moved.
        """
        run = self._of(run_id, who)
        target = self._runs / run.id
        if os.path.lexists(target):
            raise RunError(
                f"Run {run.id} cannot be brought back, since there is another run of this name; "
                "delete that one first."
            )
        try:
            run.folder.replace(target)
        except OSError as error:
            raise RunError(
                f"Run {run.id} could not be brought back ({error.strerror or error}); "
                f"{advice(error)}."
            ) from error
        return target

    def remove(self, run_id: str, who: str) -> None:
        """Remove a deleted run of `who` for good.

        Raises:
            NotYoursError: it belongs to somebody else.
            RunError: it is not in the trash any more.
        """
        remove_folder(self._of(run_id, who).folder)

    def _of(self, run_id: str, who: str) -> DeletedRun:
        run = self.get(run_id)
        if not may_change(run.request.visitor, who):
            raise NotYoursError(
                f"Run {run_id} belongs to somebody else, who alone can bring it back or remove it."
            )
        return run

    def clear(self) -> None:
        """Remove the runs that were deleted more than a day ago."""
        for _, at, folder in self._entries():
            if time.time() - at > KEPT_SECONDS:
                remove_folder(folder)

    def size(self) -> int:
        """Return how many bytes of the disk the deleted runs take."""
        return sum(size_on_disk(folder) for _, _, folder in self._entries())

    def remove_oldest(self, excess: int) -> int:
        """Remove the runs that were deleted first, until `excess` bytes are free.

        Returns:
            How many bytes that were.
        """
        freed = 0
        for _, _, folder in sorted(self._entries(), key=lambda entry: entry[1]):
            if freed >= excess:
                break
            freed += size_on_disk(folder)
            remove_folder(folder)
        return freed

    def _entries(self) -> list[tuple[str, float, Path]]:
        """Return the id, the time of deletion and the folder of each run; links are left out."""
        found: list[tuple[str, float, Path]] = []
        if self.folder.is_symlink():
            return found
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                name = _NAME.fullmatch(entry.name)
                if name and is_run_id(name["run"]) and entry.is_dir(follow_symlinks=False):
                    at = int(name["at"]) / 1000
                    found.append((name["run"], at, self.folder / entry.name))
        return found
