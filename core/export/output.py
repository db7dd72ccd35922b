"""Write a file that a visitor named, and raise an error of one sentence if that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.files import replacing
from core.runs.record import RunError


@contextlib.contextmanager
def output_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file to write, which replaces `path` once all of it is written.

    Raises:
        RunError: it cannot be written; what stood at `path` is still there.
    """
    try:
        with replacing(path) as new, new.open("xb") as file:
            yield file
    except OSError as error:
        raise RunError(
            f"{path} could not be written ({error.strerror or error}); name a file in a folder "
            "that exists and has room."
        ) from error
