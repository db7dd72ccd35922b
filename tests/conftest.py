"""What all tests share."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

# Before torch is imported, here and in every process that a test starts: two workers, each with a
# thread for each core, and their servers would only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Here and in every server that a test starts, so that tests can sign the cookies of visitors.
os.environ.setdefault("LATENT_LAB_SECRET", "0123456789abcdef" * 4)

Found = TypeVar("Found")

_CACHE = Path(__file__).resolve().parents[1] / "data" / ".cache"

#: Folders in the order in which they are tested: long files first, so that no worker is left with
#: one while the other has nothing to do. Others come after them.
_FIRST = ("tests/journeys/", "tests/core/execution/", "tests/app/", "tests/core/")


def pytest_configure(config: pytest.Config) -> None:
    """Compile the loops of t-SNE once, and not in every server that a test starts."""
    if hasattr(config, "workerinput") or any((_CACHE / "numba").glob("*/*.nbc")):
        return
    subprocess.run([sys.executable, "-m", "core.tsne.warm_up"], check=True, cwd=_CACHE.parents[1])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests of these folders first; within a folder they stay as they are."""

    def rank(item: pytest.Item) -> int:
        return next(
            (at for at, folder in enumerate(_FIRST) if item.nodeid.startswith(folder)), len(_FIRST)
        )

    items.sort(key=rank)


def until(condition: Callable[[], Found], seconds: float = 60.0) -> Found:
    """Waits for something that tells nobody when it happens; gives what the condition gave."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds:g} s it is still {found!r}")
        time.sleep(0.005)
    return found
