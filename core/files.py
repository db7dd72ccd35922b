"""Writing so that a reader never sees half a file: beside and renamed, or appended."""

from __future__ import annotations

import contextlib
import json
import math
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def beside(path: Path) -> Path:
    """A hidden name in the same folder, for what will be renamed to `path` when it is whole."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write a new file to, which takes the place of `path` once that has gone well.

    Readers see the old content or the new, never a part.

    Raises:
        OSError: it could not be written, e.g. on a full disk; the old content is still there.
    """
    new = beside(path)
    try:
        yield new
        new.replace(path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)


def replace_bytes(path: Path, content: bytes) -> None:
    """Replaces a file at once; errors as for `replacing`."""
    with replacing(path) as new:
        new.write_bytes(content)


def replace_json(path: Path, value: Any) -> None:
    """Replaces a file by a value as JSON."""
    replace_bytes(path, (json.dumps(value, indent=1) + "\n").encode())


def append_bytes(path: Path, content: bytes) -> None:
    """Adds to the end of a growing file; what a failure leaves half written is cut off again."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
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


def read_json(path: Path) -> Any:
    """A file's JSON value, or None where the file is missing or not JSON."""
    try:
        return json.loads(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError, RecursionError):
        return None


def finite(value: Any) -> Any:
    """The same value with None for NaN and infinities, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
