"""Write a file that somebody asked for, and raise an error of one sentence if that fails."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO

from core.files import replacing
from core.runs.record import RunError

_gone: ContextVar[Callable[[], bool]] = ContextVar("_gone", default=lambda: False)


@contextlib.contextmanager
def until_gone(gone: Callable[[], bool]) -> Iterator[None]:
    """Stop making the file that is made in the block as soon as `gone` returns True."""
    token = _gone.set(gone)
    try:
        yield
    finally:
        _gone.reset(token)


def check_wanted() -> None:
    """Check, between the parts of a file that takes long, that somebody still waits for it.

    Raises:
        RunError: nobody does; see `until_gone`.
    """
    if _gone.get()():
        raise RunError("The page that asked for the file is closed; ask for it again.")


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
