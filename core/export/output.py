"""Writing a file that somebody named: beside and renamed, with a sentence where that fails."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.record import RunError


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A new file to write, which takes the place of `path` once that has gone well.

    Raises:
        RunError: it cannot be written; what stood at `path` is still there.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        try:
            with beside.open("xb") as file:
                yield file
            beside.replace(path)
        finally:
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(
            f"{path} could not be written ({error.strerror or error}); name a file in a folder "
            "that exists and has room."
        ) from error
