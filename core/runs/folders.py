"""Tell by their names which folders can be runs."""

from __future__ import annotations

import os
import re
from pathlib import Path

from core.runs.state import RunError

#: Names of runs: no separators and no leading dot, so that an id cannot leave its folder or name a
#: hidden one.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


def is_run_id(name: str) -> bool:
    """Return whether a run can have this name."""
    return _ID.fullmatch(name) is not None


def run_folders(root: Path) -> list[Path]:
    """Return the folders in `root` that have the name of a run; none where it cannot be read."""
    try:
        return [folder for folder in visible_folders(root) if is_run_id(folder.name)]
    except OSError:
        return []


def visible_folders(root: Path) -> list[Path]:
    """Return the folders in `root` that are not hidden, as those being made or deleted are."""
    with os.scandir(root) as entries:
        return [root / e.name for e in entries if not e.name.startswith(".") and e.is_dir()]


def unreadable(folder: Path, error: OSError) -> RunError:
    """Return the error about a run's folder that the lab is not allowed to read, or cannot."""
    return RunError(
        f"Run {folder.name} cannot be read ({error.strerror or error}). Allow the lab to read its "
        "folder, or choose another run."
    )
