"""Run folders as somebody makes them who means harm, and bounds on what reading them may take."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

#: What stands in the file outside that no attack may read, change, cut or lengthen.
SECRET = b"not of this run\n" * 5000


class Hangs(BaseException):
    """Something takes too long; no `except Exception` hides it."""


@contextlib.contextmanager
def bounded(seconds: int = 20, memory: int = 1_000_000_000) -> Iterator[None]:
    """Ends the block with `Hangs` or a MemoryError when it takes more than this."""

    def stop(*_: object) -> None:
        raise Hangs(f"it takes more than {seconds} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory, before[1]))
    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
        resource.setrlimit(resource.RLIMIT_AS, before)


def plant(path: Path, kind: str, outside: Path) -> None:
    """Put something that is no ordinary file in a file's place; some kinds lead to `outside`."""
    path.unlink(missing_ok=True)
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(outside)
        case "link to nothing":
            path.symlink_to(outside.with_name("nothing"))
        case "endless":
            path.symlink_to("/dev/zero")
        case "hard link":
            os.link(outside, path)
        case "folder":
            path.mkdir()
        case "sparse":
            path.touch()
            os.truncate(path, 10**12)


KINDS = ("pipe", "link", "link to nothing", "endless", "hard link", "folder", "sparse")
