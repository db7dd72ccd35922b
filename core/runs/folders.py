"""Tell by their names which folders can be runs."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path

from core.runs.errors import RunError

#: The runs that ship with the lab, which are only read.
GALLERY = Path(__file__).resolve().parents[2] / "checkpoints" / "gallery"
_RUNS = GALLERY.parent / "runs"
#: The hidden folder among the runs for what is kept of visitors.
VISITORS = ".visitors"
#: Names of runs: no separators and no leading dot, so that an id cannot leave its folder or name a
#: hidden one.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def runs_folder() -> Path:
    """Return the folder of the runs that visitors make: `LATENT_LAB_RUNS`, else the default."""
    return Path(os.environ.get("LATENT_LAB_RUNS") or _RUNS)


def is_run_id(name: str) -> bool:
    """Return whether a run can have this name."""
    return _ID.fullmatch(name) is not None


def run_names(root: Path) -> list[str]:
    """Return the names of the folders in `root` that have the name of a run; none where it cannot
    be read."""
    try:
        return [name for name in visible_names(root) if is_run_id(name)]
    except OSError:
        return []


def run_folders(root: Path) -> list[Path]:
    """Return the folders in `root` that have the name of a run; none where it cannot be read."""
    return [root / name for name in run_names(root)]


def visible_names(root: Path) -> list[str]:
    """Return the names of the folders in `root` that are not hidden, as those being made or deleted
    are.

    Raises:
        OSError: it cannot be read.
    """
    with os.scandir(root) as entries:
        return [e.name for e in entries if not e.name.startswith(".") and e.is_dir()]


def unreadable(folder: Path, error: OSError) -> RunError:
    """Return the error about a run's folder that the lab is not allowed to read, or cannot."""
    return RunError(
        f"Run {folder.name} cannot be read ({error.strerror or error}). Allow the lab to read its "
        "folder, or choose another run."
    )


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, or a link to one without what it leads to.

    What cannot be removed stays, hidden.
    """
    # Before Python 3.13 a folder nested deeper than functions may be ends in a RecursionError.
    with contextlib.suppress(OSError, RecursionError):
        if folder.is_symlink():
            folder.unlink()
        else:
            shutil.rmtree(folder, ignore_errors=True)
