"""Keep which runs each visitor has starred, as one small file for each visitor."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection
from pathlib import Path

from core.files import advice, replace_json
from core.runs.errors import RuleBroken, RunError
from core.runs.folders import is_run_id
from core.runs.opening import make_folder, read_json

#: The folder among the runs for these files.
STARS = ".stars"
#: A visitor may star so many runs; their ids take at most 9 kB.
MAX_STARS = 100
#: So many visitors are remembered, those who changed their stars last: 12 MB at most.
MAX_VISITORS = 1000


class Stars:
    """The stars of all visitors of the folder `runs`."""

    def __init__(self, runs: Path) -> None:
        self.folder = runs / STARS

    def of(self, visitor: str) -> frozenset[str]:
        """Return the ids of the runs that a visitor has starred; some may be gone by now."""
        try:
            ids = read_json(self._path(visitor))
        except (RuleBroken, OSError):
            return frozenset()
        if not isinstance(ids, list):
            return frozenset()
        return frozenset([each for each in ids if isinstance(each, str)][:MAX_STARS])

    def change(
        self, visitor: str, ids: Collection[str], *, starred: bool, known: Collection[str]
    ) -> None:
        """Star runs, or take the star from them.

        Args:
            visitor: Whose stars they are.
            ids: The runs.
            starred: Whether they have a star afterwards.
            known: All runs that are there; stars of others are dropped.

        Raises:
            RunError: they are too many, or the file cannot be written.
        """
        there = {run_id for run_id in self.of(visitor) if run_id in known}
        wanted = {run_id for run_id in ids if is_run_id(run_id) and run_id in known}
        kept = there | wanted if starred else there - wanted
        if len(kept) > MAX_STARS:
            raise RunError(
                f"These would be {len(kept)} starred runs, and a visitor may have {MAX_STARS}; "
                "take the star from some others first."
            )
        try:
            make_folder(self.folder)
            replace_json(self._path(visitor), sorted(kept))
        except OSError as error:
            raise RunError(
                f"The stars could not be saved ({error.strerror or error}); {advice(error)}, then "
                "try again."
            ) from error
        self._forget_the_oldest()

    def _path(self, visitor: str) -> Path:
        # A hash, since a visitor's name may be no name of a file.
        return self.folder / f"{hashlib.sha256(visitor.encode()).hexdigest()[:32]}.json"

    def _forget_the_oldest(self) -> None:
        with contextlib.suppress(OSError):
            files = [(path.lstat().st_mtime, path) for path in self.folder.glob("*.json")]
            for _, path in sorted(files)[: max(0, len(files) - MAX_VISITORS)]:
                path.unlink(missing_ok=True)
