"""How much of the disk runs may take, and what is cleared away before it is counted."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Collection
from pathlib import Path

from core.runs.folders import remove_folder

#: Seconds after which nobody is still making or deleting a hidden folder.
_REMAINS_AFTER = 3600.0


def quota_from_environment() -> int:
    """Return how many bytes all runs may take, by `LATENT_LAB_QUOTA_MB`.

    Raises:
        ValueError: that is no number.
    """
    text = os.environ.get("LATENT_LAB_QUOTA_MB") or "4000"
    try:
        return int(float(text) * 1e6)
    except (ValueError, OverflowError):
        raise ValueError(
            f"LATENT_LAB_QUOTA_MB (={text}) must be a number of megabytes, such as 4000."
        ) from None


def clear_remains(runs: Path, staying: Collection[str]) -> None:
    """Remove what a server that was killed had begun to make or to delete.

    These are the hidden folders in `runs` but for those of the names `staying`.
    """
    with contextlib.suppress(OSError), os.scandir(runs) as entries:
        for entry in entries:
            # What is younger may be another process's that is at it.
            hidden = entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            if (
                hidden
                and entry.name not in staying
                and time.time() - entry.stat().st_mtime > _REMAINS_AFTER
            ):
                remove_folder(Path(entry.path))
