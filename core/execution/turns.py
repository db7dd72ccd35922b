"""Let few at a time do what takes much memory or a processor."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator

#: For what takes hundreds of megabytes, such as all distances between thousands of digits: one at a
#: time in this process, however many visitors want it. Who holds it must not wait for anything else
#: that others may hold, such as the lock of a cached function: compute the arguments before.
heavy_work = threading.RLock()


class TooManyError(Exception):
    """Somebody asks for more at once than one may; the message is for readers."""


class Turns:
    """Turns that `total` may have at the same time, and each name one; others wait.

    Up to `waiting` of one name wait, more are refused: who waits keeps a thread.
    """

    def __init__(self, total: int, waiting: int) -> None:
        self._places = threading.Semaphore(total)
        self._waiting = waiting
        self._lock = threading.Lock()
        self._here: Counter[str] = Counter()
        self._own: dict[str, threading.Lock] = {}

    @contextlib.contextmanager
    def take(self, name: str) -> Iterator[None]:
        """Wait for a turn, and have it in the block.

        Raises:
            TooManyError: too many of this name wait already.
        """
        with self._lock:
            if self._here[name] > self._waiting:
                raise TooManyError(
                    f"{self._here[name]} of yours are being made or wait, which is the most of one "
                    "visitor; wait for one to be ready."
                )
            self._here[name] += 1
            own = self._own.setdefault(name, threading.Lock())
        try:
            with own, self._places:
                yield
        finally:
            with self._lock:
                self._here[name] -= 1
                if not self._here[name]:
                    del self._here[name], self._own[name]
