"""Let few at a time do what takes much memory or a processor."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future

#: For what takes hundreds of megabytes, such as all distances between thousands of digits: one at a
#: time in this process, however many visitors want it. Who holds it must not wait for anything else
#: that others may hold, such as the lock of a cached function: compute the arguments before.
heavy_work = threading.RLock()


class TooManyError(Exception):
    """Somebody asks for more at once than one may; the message is for readers."""


class Turns:
    """Turns that `total` may have at the same time, and each name one; others wait in a line.

    Up to `waiting` of one name wait, and `longest` of all names; more are refused.
    """

    def __init__(self, total: int, waiting: int, longest: int = 60) -> None:
        self._total = total
        self._waiting = waiting
        self._longest = longest
        self._lock = threading.Lock()
        # In the order in which they came; a future that is done has its turn.
        self._line: list[tuple[str, Future[None]]] = []

    @contextlib.contextmanager
    def take(self, name: str) -> Iterator[None]:
        """Wait for a turn, and have it in the block. Who waits keeps a thread.

        Raises:
            TooManyError: too many wait already, of this name or in all.
        """
        turn = self._ask(name)
        try:
            turn.result()
            yield
        finally:
            self._end(turn)

    @contextlib.asynccontextmanager
    async def take_async(self, name: str) -> AsyncIterator[None]:
        """The same in a coroutine, which keeps no thread. One that is cancelled gives way."""
        turn = self._ask(name)
        try:
            # Shielded, since a future that is cancelled could not be told of its turn.
            await asyncio.shield(asyncio.wrap_future(turn))
            yield
        finally:
            self._end(turn)

    def _ask(self, name: str) -> Future[None]:
        with self._lock:
            own = sum(other == name for other, _ in self._line)
            if own > self._waiting:
                raise TooManyError(
                    f"{own} of yours are being made or wait, which is the most of one visitor; "
                    "wait for one to be ready."
                )
            if len(self._line) >= self._longest:
                raise TooManyError(
                    f"{len(self._line)} files are being made or wait, which is the most the lab "
                    "takes; try again in a minute."
                )
            turn: Future[None] = Future()
            self._line.append((name, turn))
            self._advance()
        return turn

    def _end(self, turn: Future[None]) -> None:
        with self._lock:
            self._line = [entry for entry in self._line if entry[1] is not turn]
            self._advance()

    def _advance(self) -> None:
        """Give the free turns to those who came first."""
        having = {name for name, turn in self._line if turn.done()}
        for name, turn in self._line:
            if len(having) >= self._total:
                break
            if name not in having:
                turn.set_result(None)
                having.add(name)
