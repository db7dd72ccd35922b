"""The queue of runs that wait for an executor.

A run's folder is written by one side at a time: by the queue while the run is pending, whose
heartbeats renew its lease; by the worker from `record.lease.acquire()` in `run_events` until it has
written how the run ended; by the queue again where a worker could not, since it died or never
began.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, wait
from pathlib import Path

from core.execution.executors import executor_from_environment
from core.execution.heartbeats import heartbeats
from core.execution.lost_runs import note_end, note_lost
from core.execution.run_events import execute, prepare
from core.files import advice
from core.runs.logs import about, log, log_event
from core.runs.record import RESUMABLE, RunError, RunRecord
from core.runs.state import Status

#: Runs that have been handed over and have not ended.
MAX_WAITING = 50
#: Of these the waiting ones of one visitor: one who starts many must not take all places.
MAX_WAITING_OF_A_VISITOR = 3
CLOSING_SECONDS = 5.0


class RunQueue:
    """Hand runs to an executor, one after the other, and pass visitors' requests on to them."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or executor_from_environment()
        self._lock = threading.Lock()
        self._futures: dict[Path, tuple[RunRecord, Future[None]]] = {}
        # Who asked for each of them: whoever started or resumed it, which may be another visitor.
        self._asked: dict[Path, str] = {}
        self._executor.submit(prepare)
        atexit.register(self.close)

    def submit(self, record: RunRecord) -> None:
        """Put a new, pending run at the end of the queue.

        Raises:
            RunError: too many runs are waiting, which ends it, or the lab is being closed.
        """
        with self._lock:
            try:
                self._check_room(record.request.visitor)
            except RunError:
                note_end(record, "cancelled")
                raise
            future = self._hand_over(record, record.request.visitor)
        self._watch(record, future)

    def resume(self, record: RunRecord, visitor: str = "") -> None:
        """Put a run that stopped before its end back into the queue, for a visitor who asks for it.

        It counts as one of this visitor's waiting runs, whoever started it.

        Raises:
            RunError: it is active or done, or too many runs are waiting; it then stays as it was.
        """
        with self._lock:  # of two visitors who press at once, one is told that it runs
            self._check_room(visitor)
            self.make_pending(record)
            future = self._hand_over(record, visitor)
        self._watch(record, future)

    def check_room(self, visitor: str = "") -> None:
        """Check that another run of a visitor may wait.

        Call this before making one, which may delete old runs.

        Raises:
            RunError: too many runs are waiting, of all visitors or of this one.
        """
        with self._lock:
            self._check_room(visitor)

    def _check_room(self, visitor: str) -> None:
        self._futures = {
            path: entry for path, entry in self._futures.items() if not entry[1].done()
        }
        self._asked = {path: self._asked[path] for path in self._futures}
        if len(self._futures) >= MAX_WAITING:
            raise RunError(
                f"{len(self._futures)} runs are waiting already, which is the most the lab "
                "takes; wait for some to end, or cancel one."
            )
        waiting = sum(
            self._asked.get(path) == visitor and record.state.status == "pending"
            for path, (record, _) in self._futures.items()
        )
        if visitor and waiting >= MAX_WAITING_OF_A_VISITOR:
            raise RunError(
                f"{waiting} runs that you started or resumed are waiting already, which is the "
                "most of one visitor; wait for one to begin, or cancel one."
            )

    def _hand_over(self, record: RunRecord, visitor: str) -> Future[None]:
        heartbeats.add(record)
        # Absolute, since a worker may be at home in another folder.
        folder, submitted_at = str(record.folder.absolute()), record.state.submitted_at
        try:
            future = self._executor.submit(execute, folder, submitted_at)
        except Exception as error:  # each executor has its own
            heartbeats.remove(record)
            sentence = (
                f"The lab takes no more runs ({error}); ask whoever runs it to start it again, "
                "then press Resume."
            )
            extra = about("not taken", record)
            log.error("run %s was not taken", record.id, exc_info=error, extra=extra)
            note_end(record, "interrupted", sentence)
            raise RunError(sentence) from error
        self._futures[record.folder] = (record, future)
        self._asked[record.folder] = visitor
        return future

    def _watch(self, record: RunRecord, future: Future[None]) -> None:
        log_event("queued", record)
        # Without the lock, since what is done already calls back at once.
        future.add_done_callback(lambda done: self._note_what_no_worker_could(record, done))

    @staticmethod
    def make_pending(record: RunRecord, statuses: Sequence[Status] = RESUMABLE) -> None:
        """Make a run that stands still ready to be computed again.

        Raises:
            RunError: its status is none of these, or its folder cannot be written.
        """
        state = record.state
        if state.status not in statuses:
            verb = "is already going" if state.is_active else f"is {state.status}"
            raise RunError(f"{record.request.title} {verb}, so there is nothing to resume.")
        try:
            record.control.clear()
            record.lease.acquire()
            record.set_state(status="pending", error="", submitted_at=time.time())
        except OSError as error:
            with contextlib.suppress(OSError):
                record.lease.release()
            raise RunError(
                f"The run cannot go on, since its folder cannot be written "
                f"({error.strerror or error}); {advice(error)}, then press Resume again."
            ) from error

    def extend(
        self, record: RunRecord, section: str, name: str, value: int, visitor: str = ""
    ) -> None:
        """Let a run that is done go on beyond its end, with a larger setting.

        `section` and `name` say which one, such as `training` and `epochs`. It counts as one of the
        waiting runs of the visitor who asks for it.

        Raises:
            RunError: it is not done, its folder cannot be written, or too many runs are waiting;
                it then stays as it was. Or the executor takes no runs; it then is interrupted and
                can be resumed.
        """
        with self._lock:
            self._check_room(visitor)
            _, future = self._futures.get(record.folder, (record, None))
            if future is not None:
                # It is done, but its worker may be about to let go of it: after it was taken again.
                wait([future], timeout=CLOSING_SECONDS)
            self.make_pending(record, ("done",))
            try:
                record.change_setting(section, name, value)
                record.set_state(progress=0.0)
            except OSError as error:
                with contextlib.suppress(OSError):
                    record.set_state(status="done", progress=1.0)
                    record.lease.release()
                raise RunError(
                    f"The run cannot go on, since its folder cannot be written "
                    f"({error.strerror or error}); {advice(error)}, then try again."
                ) from error
            future = self._hand_over(record, visitor)
        self._watch(record, future)

    def pause(self, record: RunRecord) -> None:
        """Ask a run to stop at the next point from which it can be continued exactly.

        Raises:
            RunError: it cannot be asked.
        """
        record.control.request("pause")

    def cancel(self, record: RunRecord) -> None:
        """End a run: at once if it still waits, else at its next event.

        Raises:
            RunError: it cannot be asked.
        """
        record.control.request("cancel")
        _, future = self._futures.get(record.folder, (record, None))
        if record.state.status != "pending" or (future is not None and future.cancel()):
            return  # who computes it sees the request, or the future's callback has noted the end
        # No future stands for it, or an executor that has it without a worker to give it to. If one
        # begins with it just now, that one still finds the request.
        heartbeats.remove(record)
        note_end(record, "cancelled")
        log_event("cancelled", record)

    def close(self) -> None:
        """Stop this queue's runs at their next event; they are `interrupted` and can be resumed.

        What has not stopped after some seconds is left to itself.
        """
        atexit.unregister(self.close)
        with self._lock:
            entries = [entry for entry in self._futures.values() if not entry[1].done()]
        # The last first, or the one whose turn comes would start.
        for record, future in reversed(entries):
            if record.state.status != "pending" or not future.cancel():
                with contextlib.suppress(RunError):
                    if record.control.requested() != "cancel":
                        record.control.request("stop")
        deadline = time.monotonic() + CLOSING_SECONDS
        for _, future in entries:
            with contextlib.suppress(Exception):
                future.exception(timeout=max(0.0, deadline - time.monotonic()))
        self._executor.shutdown(wait=False)

    def _note_what_no_worker_could(self, record: RunRecord, done: Future[None]) -> None:
        """Write down how a run ended if its worker died, or never began."""
        with self._lock:
            _, latest = self._futures.get(record.folder, (record, None))
            if latest not in (None, done):
                return  # it was resumed meanwhile, and waits again
            heartbeats.remove(record)
        note_lost(record, done)
