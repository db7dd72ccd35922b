"""Write down how a run ended whose worker could not, since it died or never began."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from concurrent.futures import BrokenExecutor, Future

from core.execution.dask_cluster import ClusterError
from core.runs.heartbeats import heartbeats
from core.runs.logs import about, log, log_event
from core.runs.record import ACTIVE, STOPPED, RunError, RunRecord
from core.runs.state import Status


def note_end(record: RunRecord, status: Status, error: str = "") -> None:
    """Write down how a run ended, if that is possible.

    If not, the run reads as interrupted, since nobody answers for it any more.
    """
    try:
        record.set_state(status=status, error=error)
    except OSError:
        with contextlib.suppress(OSError):
            record.lease.release()


def note_interrupted(records: Iterable[RunRecord], sentence: str) -> None:
    """End runs that wait and that nobody will compute now; they can be resumed."""
    for record in records:
        heartbeats.remove(record)
        with contextlib.suppress(OSError, RunError):
            if record.state.status in ("pending", "interrupted"):
                note_end(record, "interrupted", sentence)
                log_event("interrupted", record)


def note_lost(record: RunRecord, done: Future[None]) -> None:
    """Write down how a run ended if its future was cancelled or ended in an error."""
    with contextlib.suppress(OSError, RunError):
        if done.cancelled():
            if record.state.status != "pending":
                return
            if record.control.requested() == "cancel":
                note_end(record, "cancelled")
                log_event("cancelled", record)
            else:
                note_end(record, "interrupted", STOPPED)
                log_event("interrupted", record)
        elif (error := done.exception()) is not None and record.folder.exists():
            extra = about("lost its worker", record)
            log.error("run %s lost its worker", record.id, exc_info=error, extra=extra)
            status = record.state.status
            if isinstance(error, ClusterError) and status == "running":
                # Its worker is still alive, though the cluster that it belongs to is not.
                if record.control.requested() != "cancel":
                    record.control.request_stop()
            elif status in (*ACTIVE, "interrupted"):
                note_end(record, "interrupted", _why(error))


def _why(error: BaseException) -> str:
    """Return the sentence for visitors about a run that its worker could not finish."""
    if isinstance(error, ClusterError):
        return str(error)
    if isinstance(error, RunError):
        return f"The worker cannot compute the run: {error}"
    if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":  # Dask's
        return (
            "The worker that computed it has died. What it had saved is safe: "
            "Resume goes on from there."
        )
    return (
        f"The worker could not compute the run ({type(error).__name__}: {error}). What it had "
        "saved is safe; the server's log has the details."
    )
