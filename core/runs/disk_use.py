"""Measure and free what folders take of the disk."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def size_on_disk(folder: Path) -> int:
    """Return how much of the disk a folder's files take, which their lengths do not tell: a file
    can have a length of a terabyte and almost nothing in it. A link to a folder takes nothing."""
    total = 0
    if folder.is_symlink():
        return total
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            # The files that a run writes beside and renames come and go meanwhile.
            with contextlib.suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                blocks = getattr(status, "st_blocks", None)  # of 512 bytes; Windows has none
                total += status.st_size if blocks is None else blocks * 512
    return total


def remove_oldest(folder: Path, excess: int) -> int:
    """Remove the files of a folder, the oldest first, until `excess` bytes are free.

    What a link leads to stays, since it belongs to somebody else.

    Returns:
        How many bytes that were.
    """
    freed = 0
    if folder.is_symlink():
        return freed
    with contextlib.suppress(OSError):
        files = [(path.lstat(), path) for path in folder.iterdir()]
        for status, path in sorted(files, key=lambda file: file[0].st_mtime):
            if freed >= excess:
                break
            path.unlink(missing_ok=True)
            freed += status.st_size
    return freed
