"""Share the rows of one computation among threads.

A row is computed alone and written to its own place, so that the result is the same, bit for bit,
with any number of threads. These threads last as long as the computation and know nothing of runs.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

#: Fewer rows are not worth the hand-over to a second thread.
ROWS_PER_THREAD = 2500


def threads_for(rows: int) -> int:
    """Return how many threads to use: one for few rows, else as many as the workers leave.

    The cores are those that OMP_NUM_THREADS allows, or all; LATENT_LAB_WORKERS runs share them.
    """
    text = os.environ.get("OMP_NUM_THREADS", "")
    cores = int(text) if text.isascii() and text.isdigit() and int(text) else os.cpu_count() or 1
    workers = os.environ.get("LATENT_LAB_WORKERS", "")
    share = cores // max(1, int(workers)) if workers.isascii() and workers.isdigit() else cores
    return max(1, min(share, rows // ROWS_PER_THREAD))


class RowBlocks:
    """The rows 0 to `rows` - 1 in blocks, one for each of `threads` threads."""

    def __init__(self, rows: int, threads: int) -> None:
        bounds = [rows * part // threads for part in range(threads + 1)]
        self._blocks = list(itertools.pairwise(bounds))
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None
        self.threads = threads

    def run(self, loop: Callable[[int, int], None]) -> None:
        """Call `loop(first, last)` for all blocks, and wait until all have ended."""
        own, *others = self._blocks
        waiting = [self._pool.submit(loop, *block) for block in others] if self._pool else []
        loop(*own)
        for each in waiting:
            each.result()


def in_order(
    function: Callable[[int, int], None], rows: int, size: int, threads: int
) -> Iterator[float]:
    """Call `function(first, last)` for blocks of `size` rows on several threads.

    Yields the share of the rows that is done after each block, in order. Whoever stops iterating
    cancels the blocks that have not begun.
    """
    blocks = [(first, min(first + size, rows)) for first in range(0, rows, size)]
    if threads == 1:
        for first, last in blocks:
            function(first, last)
            yield last / rows
        return
    pool = ThreadPoolExecutor(threads)
    try:
        waiting = [pool.submit(function, *block) for block in blocks]
        for (_, last), each in zip(blocks, waiting, strict=True):
            each.result()
            yield last / rows
    finally:
        pool.shutdown(cancel_futures=True)
