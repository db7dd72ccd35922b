"""Keep the one queue of this server that measures what the codes of runs are worth."""

from __future__ import annotations

from functools import lru_cache

from app.server.shared import store
from core.execution.worth_queue import WorthQueue, Worths
from core.runs.record import RunRecord
from core.runs.store import RunStore


def worths_of(record: RunRecord, epoch: int) -> Worths:
    """Return what is known of a run by now; what is not is measured, this epoch first.

    Raises:
        RunError: this version of the lab cannot do what the run asks for, or it is gone.
    """
    return _queue(store()).look(record, epoch)


def measure_again(record: RunRecord) -> None:
    """Let what could not be measured of a run be tried once more.

    Raises:
        RunError: as `worths_of`.
    """
    _queue(store()).try_again(record)


@lru_cache(maxsize=1)
def _queue(store: RunStore) -> WorthQueue:
    return WorthQueue(store)
