"""Compute one run in its folder."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import torch
from threadpoolctl import threadpool_limits

from core.data.digits import DigitsError, load_digits
from core.files import is_forbidden, is_full
from core.runs.events import Event, Run
from core.runs.heartbeats import heartbeats
from core.runs.logs import about, log, log_event, set_up_logs
from core.runs.record import STOPPED, RunError, RunRecord
from core.runs.store import RunStore
from core.runs.versions import note_versions
from core.training.config import check_room
from core.training.record import read_configs
from core.training.run import TrainingRun
from core.tsne.compiled import are_kept
from core.tsne.points import chosen_digits, points_of
from core.tsne.recording import tsne_config
from core.tsne.run import TSNERun
from core.tsne.warm_up import compile_loops


def _training(record: RunRecord) -> TrainingRun:
    model, config, training = read_configs(record)
    check_room(model, config, training)  # once more: run.json may have been edited since
    train, test = load_digits("train", training.data), load_digits("test", training.data)
    return TrainingRun(model, config, training, train, test, record.rewind_to_checkpoint())


def _tsne(record: RunRecord) -> TSNERun:
    config = tsne_config(record)
    digits, indices = chosen_digits(config)
    store = RunStore()
    points = points_of(config, digits, store)
    return TSNERun(
        config,
        points,
        digits.labels,
        indices,
        checkpoint=record.rewind_to_checkpoint(),
        cache=store.cache,
    )


#: How the run of each kind is made from its folder, from the start or from where it stood.
KINDS: dict[str, Callable[[RunRecord], Run]] = {"train": _training, "tsne": _tsne}


def prepare() -> None:
    """Load once what the first visitor would otherwise wait for.

    That is the digits, what PyTorch imports, for seconds, when the first optimizer is made, and in
    a new installation the compiled loops of t-SNE.
    """
    load_digits("train")
    load_digits("test")
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])
    if not are_kept():
        compile_loops()
    # Hundreds of thousands of objects that stay for ever. Python looks for garbage among old
    # objects only when a quarter more of them have come, and then looks through all.
    gc.collect()
    gc.freeze()


def execute(folder: str, submitted_at: float) -> None:
    """Compute the run in this folder until it is done, paused, cancelled or has failed.

    `submitted_at` is the time of this submission. A run that was cancelled while it waited and then
    resumed has a later time, and this call leaves it to the later submission.
    """
    set_up_logs()  # it may be in a process of its own
    record = RunRecord(Path(folder))
    if record.state.submitted_at != submitted_at:
        return
    # Once more: the runs before it in the queue have grown since it was made.
    RunStore(record.folder.parent).make_room()
    for _ in run_events(record):
        pass


def run_events(record: RunRecord) -> Generator[Event]:
    """Compute a pending run, write it down and obey its owner; yield what was written."""
    before = record.state
    if before.status != "pending":
        return
    started, written = time.perf_counter(), 0.0
    outcome: dict[str, Any] | None = {"status": "interrupted", "error": STOPPED}

    def seconds() -> float:
        return round(before.seconds + time.perf_counter() - started, 3)

    # One thread a run. With another number sums are taken in another order, and weights would
    # differ in their last bits from server to server; and threads that wait for each other crawl as
    # soon as something else wants one of their cores.
    torch.set_num_threads(1)
    threadpool_limits(1)  # NumPy's, which t-SNE multiplies with
    try:
        record.lease.acquire()
        record.set_state(status="running", error="")
        log_event("started", record, progress=before.progress)
        with heartbeats.keep_alive(record):
            if record.request.kind not in KINDS:
                kind = record.request.kind[:80]
                raise RunError(f"{kind!r} is not a kind of run this version knows.")
            anew = not record.can_go_on
            run = KINDS[record.request.kind](record)
            noted = False
            for event in run:
                if not record.lease.is_mine():
                    # This process slept for so long that another one has gone on with the run.
                    log_event("left to another process", record)
                    outcome = None
                    return
                if not noted:  # not before: a run whose checkpoint does not fit does not go on
                    note_versions(record, anew=anew)
                    noted = True
                resumable = record.append(event)
                if resumable or time.perf_counter() - written > 0.2:
                    # Not synced between two points that can be continued: a power failure takes
                    # back what came after the last of them anyway.
                    record.set_state(durable=resumable, progress=event.progress, seconds=seconds())
                    written = time.perf_counter()
                yield event
                request = record.control.requested()
                if request == "cancel" or (request == "pause" and resumable and event.progress < 1):
                    outcome = {"status": "cancelled" if request == "cancel" else "paused"}
                    return
                if request == "stop":
                    return
                run.obey(record.control)
            outcome = {"status": "done", "progress": 1.0}
    except Exception as error:
        outcome = {"status": "failed", "error": _sentence(record, error)}
    finally:
        if outcome is not None:
            _settle(record, outcome, seconds())


def _settle(record: RunRecord, outcome: dict[str, Any], seconds: float) -> None:
    """Write down how the run ended. From then on it may be resumed, so this comes last."""
    try:
        record.control.clear()
        record.set_state(**outcome, seconds=seconds)
    except OSError:
        # It cannot even be written; a run whose lease nobody holds reads as interrupted.
        with contextlib.suppress(OSError):
            record.lease.release()
    else:
        if outcome["status"] != "failed":  # which has told already, and why
            log_event(outcome["status"], record, seconds=seconds)
        if outcome["status"] == "done":  # and cannot be resumed by somebody who needs the file
            with contextlib.suppress(OSError):
                record.lease.release()


def _sentence(record: RunRecord, error: Exception) -> str:
    """Return the sentence for visitors about an error that ended the run, and log it."""
    if is_full(error):
        sentence = (
            "The disk is full, so the run stopped; what it had saved is safe. "
            "Delete runs that are no longer needed, then press Resume."
        )
    elif isinstance(error, OSError) and is_forbidden(error):
        sentence = (
            f"The run's folder can no longer be written ({error.strerror}), so the run stopped; "
            "what it had saved is safe. Ask whoever runs the lab to make the folder writable, then "
            "press Resume."
        )
    elif isinstance(error, RunError | DigitsError | ValueError | FloatingPointError):
        sentence = str(error)
    else:
        log.error("run %s failed", record.id, exc_info=error, extra=about("failed", record))
        return (
            f"The run stopped with an unexpected error ({type(error).__name__}: {error}). "
            "The server's log has the details."
        )
    reason = about("failed", record, reason=type(error).__name__)
    log.warning("run %s failed: %s", record.id, sentence, extra=reason)
    return sentence
