"""Write files so that a reader never sees half of one: write beside and rename, or append.

What is written `durable` has reached the disk when the call returns, and is still there after a
power failure. The rest reaches the disk when the operating system sees fit, some seconds later.
bench/results/saving.md has the cost.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def beside(path: Path) -> Path:
    """Return a hidden name in the same folder, for a file that is renamed to `path` when whole."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield a path to write a new file to, which replaces `path` if the block succeeds.

    Readers see the old content or the new, never a part.

    Raises:
        OSError: it could not be written, e.g. on a full disk; the old content is still there.
    """
    new = beside(path)
    try:
        yield new
        if durable:
            sync(new)  # before the name changes, or a power failure could leave an empty file
        new.replace(path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    if durable:
        sync(path.parent)


def replace_bytes(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Replace a file at once; errors as for `replacing`."""
    with replacing(path, durable=durable) as new:
        new.write_bytes(content)


def replace_json(path: Path, value: Any, *, durable: bool = True) -> None:
    """Replace a file by a value as JSON; errors as for `replacing`."""
    replace_bytes(path, (json.dumps(value, indent=1) + "\n").encode(), durable=durable)


def append_bytes(
    path: Path, content: bytes, *, opener: Callable[[Path, int], int] | None = None
) -> None:
    """Append to a growing file; if writing fails, cut the file back to its old length.

    What is added is durable after a `sync` of the file. It is not synced here: a run appends many
    times a second, and a sync each time would cost more than the computing.
    `opener` opens the file instead of `os.open`, with the same path and flags.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    descriptor = os.open(path, flags, 0o666) if opener is None else opener(path, flags)
    try:
        size = os.fstat(descriptor).st_size
        try:
            left = memoryview(content)
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, have reached the disk.

    Raises:
        OSError: the disk refuses what was written, for example since it is full.
    """
    folder = path.is_dir()
    if folder and os.name == "nt":
        return  # Windows opens no folders
    descriptor = os.open(path, os.O_RDONLY if folder else os.O_RDWR)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems, of networks and containers, sync files but no folders.
        if not folder or error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(descriptor)


def advice(error: OSError) -> str:
    """Return an instruction about a write that failed, as a part of a sentence."""
    if is_full(error):
        return "delete runs that are no longer needed"
    if is_forbidden(error):
        return "ask whoever runs the lab to make the folder writable"
    if error.errno == errno.ENOENT:
        return "check that the folder still exists"
    return "ask whoever runs the lab to check the disk"


def is_full(error: BaseException) -> bool:
    """Return whether a write failed because there is no room left."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def is_forbidden(error: BaseException) -> bool:
    """Return whether a write failed because the folder may only be read."""
    return isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)


def read_json(path: Path) -> Any:
    """Return a file's JSON value, or None where the file is missing or not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, RecursionError):
        return None


def finite(value: Any) -> Any:
    """Return the same value with None for NaN and infinities, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
