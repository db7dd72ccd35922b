"""Make a run that stands still pending again: where it stopped, or beyond its end."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import Any

from core.execution.lost_runs import note_interrupted
from core.files import advice
from core.runs.heartbeats import heartbeats
from core.runs.record import RESUMABLE, RunError, RunRecord
from core.runs.state import Status


def make_pending(
    record: RunRecord,
    statuses: Sequence[Status] = RESUMABLE,
    *,
    submitted_at: float | None = None,
) -> None:
    """Make a run that stands still ready to be computed again.

    `submitted_at` is the time of its submission, now by default; 0 while that has not come.

    Raises:
        RunError: its status is none of these, a program outside the lab computes it, or its folder
            cannot be written.
    """
    check_computed_here(record)
    state = record.state
    if state.status not in statuses:
        verb = "is already going" if state.is_active else f"is {state.status}"
        raise RunError(f"{record.request.title} {verb}, so there is nothing to resume.")
    try:
        record.control.clear()
        record.lease.acquire()
        now = time.time() if submitted_at is None else submitted_at
        record.set_state(status="pending", error="", submitted_at=now)
    except OSError as error:
        with contextlib.suppress(OSError):
            record.lease.release()
        raise RunError(cannot_be_written(error)) from error


def check_computed_here(record: RunRecord) -> None:
    """Check that the lab computes a run, and can thus pause, end or resume it.

    Raises:
        RunError: a program outside the lab computes it, or has trained its weights.
    """
    if record.request.is_opened:
        raise RunError(
            f"The weights of {record.request.title} were trained outside the lab; train on there, "
            "and open them again."
        )
    if record.request.is_recorded:
        raise RunError(
            f"{record.request.title} is computed by a program outside the lab; stop that program, "
            "or start it again, where it was started."
        )


def cannot_be_written(error: OSError) -> str:
    """Return the sentence about a run that cannot go on because of an error of its folder."""
    return (
        f"The run cannot go on, since its folder cannot be written "
        f"({error.strerror or error}); {advice(error)}, then press Resume again."
    )


def let_wait(records: Sequence[RunRecord]) -> None:
    """Keep the leases of new runs that wait, which have not been submitted yet.

    Raises:
        RunError: a folder cannot be written; they are interrupted.
    """
    try:
        for record in records:
            heartbeats.add(record)
            # In the order of turns it stands behind those that are submitted.
            record.set_state(submitted_at=0.0)
    except OSError as error:
        note_interrupted(records, sentence := cannot_be_written(error))
        raise RunError(sentence) from error


def make_stopped_pending(
    records: Sequence[RunRecord],
) -> tuple[list[RunRecord], RunError | None]:
    """Make those of these runs pending that stopped before their end; none is submitted yet.

    Returns:
        These runs, and the last error of those that cannot go on.

    Raises:
        RunError: none of them has stopped.
    """
    stopped = [record for record in records if record.state.status in RESUMABLE]
    if not stopped:
        raise RunError("None of these runs has stopped, so there is nothing to resume.")
    ready: list[RunRecord] = []
    problem: RunError | None = None
    for record in stopped:
        try:
            make_pending(record, submitted_at=0.0)
            ready.append(record)
        except RunError as error:
            problem = error
    return ready, problem


def lengthen(record: RunRecord, section: str, name: str, value: Any) -> None:
    """Make a run that is done pending again, with a larger setting.

    `section` and `name` say which one, such as `training` and `epochs`.

    Raises:
        RunError: it is not done, or its folder cannot be written.
    """
    make_pending(record, ("done",))
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
