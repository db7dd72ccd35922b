"""Work in the background that gives way to pages and to runs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from threadpoolctl import threadpool_limits

from core.execution.turns import heavy_work
from core.runs.store import RunStore

#: Seconds of work after which others may have their turn.
STEP = 0.05
#: A rest is so many times as long as the step before it: while a run is computed, and else.
REST_BESIDE_RUNS = 3.0
REST = 0.1
#: Seconds for which it is known whether a run is computed.
_KNOWN_FOR = 1.0


class GivingWay:
    """Work in small steps of one thread, between which it rests; longer while a run is computed.

    Args:
        store: The runs that it gives way to.
        sleep: Rests for so many seconds.
    """

    def __init__(self, store: RunStore, sleep: Callable[[float], None] = time.sleep) -> None:
        self._store = store
        self._sleep = sleep
        self._since = 0.0
        self._busy = False
        self._busy_known_at = float("-inf")

    @contextmanager
    def work(self) -> Iterator[None]:
        """Do heavy work in the block, in which `rest` may be called."""
        # As a run does: other cores stay free, and threads that wait for each other crawl.
        torch.set_num_threads(1)
        threadpool_limits(1)  # SciPy's, with which L-BFGS multiplies small matrices
        with heavy_work:
            self._since = time.perf_counter()
            yield

    def rest(self) -> None:
        """Let others have their turn if this one has lasted."""
        worked = time.perf_counter() - self._since
        if worked < STEP:
            return
        heavy_work.release()
        try:
            self._sleep(worked * (REST_BESIDE_RUNS if self._is_run_computed() else REST))
        finally:
            heavy_work.acquire()
        self._since = time.perf_counter()

    def _is_run_computed(self) -> bool:
        now = time.monotonic()
        if now - self._busy_known_at > _KNOWN_FOR:
            self._busy, self._busy_known_at = bool(self._store.active()), now
        return self._busy
