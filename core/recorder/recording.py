"""Write a run's folder while a program of your own trains a model or moves the points of a map."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.recorder.arguments import checked_codec, checked_terms
from core.recorder.maps import MapWriter
from core.recorder.training import TrainingWriter
from core.runs.events import Event
from core.runs.heartbeats import heartbeats
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.state import RECORDED_MAP, RECORDED_MODEL
from core.runs.store import RunStore

#: Seconds between two notes of how far a run is, as long as between two looks of its page; its
#: curves are written at once.
_NOTE_SECONDS = 1.0
#: Characters of a program's error that the page shows.
_LONGEST_ERROR = 500
_NOT_BEGUN = "The recording has not begun; write `with record(...) as run:`."


class Recording:
    """A run that is being written by the program that computes it; `record` makes it.

    Its folder can be read at any moment. An error in the `with` block ends the run as failed, with
    the error's message; Ctrl-C, or "interrupt" in a notebook, as cancelled. A program that is
    killed leaves an interrupted run. Where the folder can no longer be written, a warning says so,
    and the loop goes on unrecorded. The lab cannot pause or end the program.
    """

    def __init__(
        self,
        title: str,
        settings: Mapping[str, Any],
        writer: TrainingWriter | MapWriter,
        store: RunStore,
    ) -> None:
        self._title, self._settings, self._writer, self._store = title, settings, writer, store
        self._record: RunRecord | None = None
        self._has_ended = self._gave_up = False
        self._started = self._noted = 0.0

    @property
    def folder(self) -> Path:
        """The run's own folder.

        Raises:
            ValueError: the `with` block has not been entered.
        """
        if self._record is None:
            raise ValueError(_NOT_BEGUN)
        return self._record.folder

    def __enter__(self) -> Self:
        """Make the run's folder.

        Raises:
            ValueError: the recording was entered before.
            RunError: the folder cannot be written, or there is no room left.
        """
        if self._record is not None:
            raise ValueError("A recording is entered once; call record(...) again for another run.")
        kind = RECORDED_MODEL if isinstance(self._writer, TrainingWriter) else RECORDED_MAP
        start = self._writer.start()
        record = self._store.create(
            kind, {"recorded": self._settings}, title=self._title, visitor=local_user()
        )
        self._record, self._started = record, time.perf_counter()
        heartbeats.add(record)
        self._write(lambda: record.set_state(status="running", durable=False))
        self._append(record, start)
        return self

    def epoch(
        self,
        *,
        train: Mapping[str, Any] | None = None,
        validation: Mapping[str, Any] | None = None,
        encode: Callable[..., Any] | None = None,
        decode: Callable[..., Any] | None = None,
    ) -> None:
        """Record that an epoch is over: its numbers, ten rebuilt digits, and the weights.

        Args:
            train: The terms of the training loss by any names; numbers or tensors of one number.
            validation: The same on digits that were not trained with.
            encode: Takes ten digits, (10, 784), (10, 1, 28, 28) or (10, 28, 28), with pixels from 0
                to 1; returns codes, or a tuple that begins with them.
            decode: Takes codes and returns ten pictures of 784 pixels; what is not in 0 to 1 is
                cut off.

        Raises:
            ValueError: an argument is not of its kind, or this records a map or has ended.
        """
        record, writer = self._open(), self._writer
        if not isinstance(writer, TrainingWriter):
            raise ValueError(
                "run.epoch records a model; call record(..., model=net), or run.frame for a map."
            )
        terms = checked_terms(train, "train"), checked_terms(validation, "validation")
        if not any(terms):
            raise ValueError(
                'run.epoch needs train or validation, such as train={"loss": loss}: they are the '
                "curves."
            )
        codec = None if encode is None and decode is None else checked_codec(encode, decode)
        if self._gave_up:
            return
        event = writer.epoch(*terms, codec, self._settings["total"])
        if event is not None:
            self._append(record, event)
            self._write(lambda: writer.has_written(record))
            self._note(record, event.progress)

    def frame(self, positions: Any, *, kl: Any = None, iteration: int | None = None) -> None:
        """Record where the points of a map are.

        Args:
            positions: The place of each point, (N, 2).
            kl: The KL divergence of the map in nats, if it is known.
            iteration: How many iterations are over; by default 0 for the first frame, and one more
                for each.

        Raises:
            ValueError: an argument is not of its kind, or this records a model or has ended.
        """
        record, writer = self._open(), self._writer
        if not isinstance(writer, MapWriter):
            raise ValueError(
                "run.frame records a map; call record(..., labels=labels), or run.epoch for a "
                "model."
            )
        event = writer.frame(positions, kl, iteration, self._settings["total"])
        if event is not None:
            self._append(record, event)
            self._note(record, event.progress)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Write down how the loop ended; an error goes on to the program."""
        record = self._open()
        self._has_ended = True
        if (last := self._writer.end()) is not None:
            self._append(record, last)
        ending: dict[str, Any] = {"status": "done", "progress": 1.0}
        if isinstance(error, Exception):
            said = f"{type(error).__name__}: {error}".strip(": ")[:_LONGEST_ERROR]
            ending = {"status": "failed", "error": f"The program stopped with an error: {said}"}
        elif error is not None:
            ending = {"status": "cancelled"}
        self._write(lambda: record.set_state(seconds=self._seconds(), **ending))
        self._let_go(record)

    def _open(self) -> RunRecord:
        """Return the run, within the `with` block."""
        if self._record is None:
            raise ValueError(_NOT_BEGUN)
        if self._has_ended:
            raise ValueError("The recording has ended; record within the `with` block.")
        return self._record

    def _append(self, record: RunRecord, event: Event) -> None:
        self._write(lambda: record.append(event, durable=False))

    def _note(self, record: RunRecord, progress: float) -> None:
        """Note how far the loop is, but not more often than a page looks."""
        now = time.perf_counter()
        if now - self._noted > _NOTE_SECONDS:
            self._noted = now
            seconds = self._seconds()
            self._write(lambda: record.set_state(progress=progress, seconds=seconds, durable=False))

    def _seconds(self) -> float:
        return round(time.perf_counter() - self._started, 3)

    def _write(self, write: Callable[[], object]) -> None:
        """Write; where that fails, give the recording up and let the program go on."""
        record = self._record
        if self._gave_up or record is None:
            return
        try:
            write()
        except (OSError, RunError) as error:
            self._gave_up = True
            warnings.warn(
                f"The run can no longer be recorded ({error}); the program goes on without it.",
                stacklevel=5,
            )
            with contextlib.suppress(OSError, RunError):
                said = f"The run could no longer be recorded: {error}"
                record.set_state(status="failed", error=said[:_LONGEST_ERROR])
            self._let_go(record)

    @staticmethod
    def _let_go(record: RunRecord) -> None:
        heartbeats.remove(record)
        with contextlib.suppress(OSError):
            record.lease.release()
