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

from core.execution.executors import executor_from_environment, workers_from_environment
from core.execution.lost_runs import note_end, note_interrupted, note_lost
from core.execution.pending import (
    cannot_be_written,
    check_computed_here,
    lengthen,
    let_wait,
    make_pending,
    make_stopped_pending,
)
from core.execution.queue_room import check_room
from core.execution.run_events import execute, prepare
from core.execution.run_groups import RunGroup, RunGroups
from core.runs.heartbeats import heartbeats
from core.runs.logs import about, log, log_event
from core.runs.record import RESUMABLE, STOPPED, RunError, RunRecord

CLOSING_SECONDS = 5.0


class RunQueue:
    """Hand runs to an executor, one after the other, and pass visitors' requests on to them."""

    def __init__(self, executor: Executor | None = None) -> None:
        self._executor = executor or executor_from_environment()
        # So many runs of a group are handed over at once: the others of the queue come in between.
        self._parallel = workers_from_environment()
        self._groups = RunGroups()
        self._lock = threading.Lock()
        self._futures: dict[Path, tuple[RunRecord, Future[None]]] = {}
        # Who asked for each of them: its owner, or the user of this computer.
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

    def submit_group(self, records: Sequence[RunRecord]) -> None:
        """Put new, pending runs of one visitor at the end of the queue, as a group.

        The group is one of this visitor's waiting runs. Its runs are handed over one by one, so
        that runs of others that wait have their turn in between.

        Raises:
            RunError: too many runs are waiting, which ends them, a folder cannot be written, or the
                lab is being closed; they are interrupted then.
        """
        visitor = records[0].request.visitor
        let_wait(records)  # without the lock: it writes a file for each
        with self._lock:
            try:
                self._check_room(visitor, len(records))
            except RunError:
                for record in records:
                    heartbeats.remove(record)
                    note_end(record, "cancelled")
                raise
            group = self._groups.add(records, visitor)
        if problem := self._hand_over_next(group):
            raise problem

    def resume_group(self, records: Sequence[RunRecord], visitor: str) -> None:
        """Put those of these runs that stopped before their end back into the queue, as a group.

        Raises:
            NotYoursError: one of them does not belong to this visitor; all stay as they were.
            RunError: none of them has stopped, too many runs are waiting, or a folder cannot be
                written; what cannot go on stays as it was.
        """
        for record in records:
            record.control.check_change(visitor)
        with self._lock:  # of two presses at once, one is told that they run
            stopped = [record for record in records if record.state.status in RESUMABLE]
            self._check_room(visitor, len(stopped))
            ready, problem = make_stopped_pending(stopped)
            for record in ready:
                heartbeats.add(record)
                # A group that was cancelled may not have ended yet: it must not hand them over.
                self._groups.forget(record.folder)
            group = self._groups.add(ready, visitor) if ready else None
        problem = (group and self._hand_over_next(group)) or problem
        if problem is not None:
            raise problem

    def resume(self, record: RunRecord, visitor: str) -> None:
        """Put a run that stopped before its end back into the queue, for a visitor who asks for it.

        It counts as one of this visitor's waiting runs.

        Raises:
            NotYoursError: it does not belong to this visitor.
            RunError: it is active or done, or too many runs are waiting; it then stays as it was.
        """
        record.control.check_change(visitor)
        with self._lock:  # of two presses at once, one is told that it runs
            self._check_room(visitor)
            make_pending(record)
            future = self._hand_over(record, visitor)
        self._watch(record, future)

    def check_room(self, visitor: str = "", runs: int = 1) -> None:
        """Check that another run of a visitor may wait, or a group of so many runs.

        Call this before making one, which may delete old runs.

        Raises:
            RunError: too many runs are waiting, of all visitors or of this one.
        """
        with self._lock:
            self._check_room(visitor, runs)

    def _check_room(self, visitor: str, runs: int = 1) -> None:
        self._futures = {
            path: entry for path, entry in self._futures.items() if not entry[1].done()
        }
        self._asked = {path: self._asked[path] for path in self._futures}
        futures = {path: record for path, (record, _) in self._futures.items()}
        check_room(futures, self._asked, self._groups, visitor, runs)

    def _hand_over_next(self, group: RunGroup) -> RunError | None:
        """Hand over as many of a group's runs as may be computed at once.

        Returns:
            Why the executor takes no runs, which interrupts those that wait; else None.
        """
        while True:
            with self._lock:
                if len(group.handed_over) >= self._parallel:
                    return None
                if not group.waiting:
                    self._groups.drop_ended()
                    return None
                record = group.waiting.popleft()
                try:
                    # First renewed: after a pause of the whole computer it would look interrupted.
                    waits = record.lease.renew() and record.state.status == "pending"
                    if not waits:  # cancelled or deleted meanwhile
                        heartbeats.remove(record)
                        continue
                    group.handed_over.add(record.folder)
                    record.set_state(submitted_at=time.time())
                    future = self._hand_over(record, group.visitor)
                except OSError as error:
                    group.handed_over.discard(record.folder)
                    note_interrupted([record], cannot_be_written(error))
                    continue
                except RunError as error:
                    note_interrupted(group.waiting, str(error))
                    group.waiting.clear()
                    self._groups.leave(record.folder)
                    return error
            self._watch(record, future)

    def _hand_over(self, record: RunRecord, visitor: str) -> Future[None]:
        heartbeats.add(record)
        self._groups.forget(record.folder)
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
        future.add_done_callback(lambda done: self._note_end(record, done))

    def extend(self, record: RunRecord, section: str, name: str, value: int, visitor: str) -> None:
        """Let a run that is done go on beyond its end, with a larger setting.

        `section` and `name` say which one, such as `training` and `epochs`. It counts as one of the
        waiting runs of the visitor who asks for it.

        Raises:
            NotYoursError: it does not belong to this visitor.
            RunError: it is not done, its folder cannot be written, or too many runs are waiting;
                it then stays as it was. Or the executor takes no runs; it then is interrupted and
                can be resumed.
        """
        record.control.check_change(visitor)
        with self._lock:
            self._check_room(visitor)
            _, future = self._futures.get(record.folder, (record, None))
            if future is not None:
                # It is done, but its worker may be about to let go of it: after it was taken again.
                wait([future], timeout=CLOSING_SECONDS)
            lengthen(record, section, name, value)
            future = self._hand_over(record, visitor)
        self._watch(record, future)

    def pause(self, record: RunRecord, visitor: str) -> None:
        """Ask a run to stop at the next point from which it can be continued exactly.

        Raises:
            NotYoursError: it does not belong to this visitor.
            RunError: it cannot be asked, or a program outside the lab computes it.
        """
        check_computed_here(record)
        record.control.request("pause", visitor)

    def cancel(self, record: RunRecord, visitor: str) -> None:
        """End a run: at once if it still waits, else at its next event.

        Raises:
            NotYoursError: it does not belong to this visitor.
            RunError: it cannot be asked, or a program outside the lab computes it.
        """
        check_computed_here(record)
        record.control.request("cancel", visitor)
        _, future = self._futures.get(record.folder, (record, None))
        if record.state.status != "pending" or (future is not None and future.cancel()):
            return  # who computes it sees the request, or the future's callback has noted the end
        # No future stands for it, or an executor that has it without a worker to give it to. If one
        # begins with it just now, that one still finds the request.
        heartbeats.remove(record)
        note_end(record, "cancelled")
        log_event("cancelled", record)

    def cancel_group(self, records: Sequence[RunRecord], visitor: str) -> None:
        """End those of these runs that are being computed or wait for it.

        Raises:
            NotYoursError: one of them does not belong to this visitor; none is ended then.
            RunError: one cannot be asked.
        """
        for record in records:
            record.control.check_change(visitor)
        # The last first, or each would start when the one before it has ended.
        for record in reversed(records):
            if record.is_active:
                self.cancel(record, visitor)

    def close(self) -> None:
        """Stop this queue's runs at their next event; they are `interrupted` and can be resumed.

        What has not stopped after some seconds is left to itself.
        """
        atexit.unregister(self.close)
        with self._lock:
            entries = [entry for entry in self._futures.values() if not entry[1].done()]
            note_interrupted(self._groups.take_all(), STOPPED)
        # The last first, or the one whose turn comes would start.
        for record, future in reversed(entries):
            if record.state.status != "pending" or not future.cancel():
                with contextlib.suppress(RunError):
                    if record.control.requested() != "cancel":
                        record.control.request_stop()
        deadline = time.monotonic() + CLOSING_SECONDS
        for _, future in entries:
            with contextlib.suppress(Exception):
                future.exception(timeout=max(0.0, deadline - time.monotonic()))
        self._executor.shutdown(wait=False)

    def _note_end(self, record: RunRecord, done: Future[None]) -> None:
        """Write down how a run ended if that is left to do, and hand over the next of its group."""
        self._note_what_no_worker_could(record, done)
        with self._lock:
            group = self._groups.leave(record.folder)
        if group is not None:
            self._hand_over_next(group)

    def _note_what_no_worker_could(self, record: RunRecord, done: Future[None]) -> None:
        """Write down how a run ended if its worker died, or never began."""
        with self._lock:
            _, latest = self._futures.get(record.folder, (record, None))
            if latest not in (None, done) or self._groups.has_waiting(record.folder):
                return  # it was resumed meanwhile, and waits again
            heartbeats.remove(record)
        note_lost(record, done)
