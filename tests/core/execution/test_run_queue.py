"""The queue of runs, on threads of this process."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.execution import run_events
from core.execution.threads import BackgroundThreads
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.events import Epoch
from core.training.record import read_weights
from tests.conftest import until
from tests.core.conftest import Gates, MakeQueue, MakeRun, content, status
from tests.support.recorded_run import ITERATIONS, record_run

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_EXECUTOR", raising=False)
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)


def ticks(record: RunRecord) -> list[int]:
    return [row["n"] for row in record.history()]


def test_a_training_through_the_queue_is_the_training(
    make_run: MakeRun, make_queue: MakeQueue
) -> None:
    alone, queued, beside = make_run(), make_run(), make_run()
    for _ in run_events(alone):
        pass
    queue = make_queue(BackgroundThreads(2))
    queue.submit(queued)
    queue.submit(beside)
    for record in (queued, beside):
        assert status(record) == "done"
        assert content(record) == content(alone)


def test_runs_wait_for_their_turn_and_are_seen_to(
    store: RunStore, make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    runs = [make_gated() for _ in range(4)]
    for record in runs:
        queue.submit(record)
    for number, record in enumerate(runs):
        assert status(record, "running") == "running"
        assert [run.id for run in store.active()] == [waiting.id for waiting in runs[number:]]
        assert [waiting.state.status for waiting in runs[number + 1 :]] == ["pending"] * (
            3 - number
        )
        gates.let(record, 3)
        assert status(record) == "done"
    assert gates.started == [record.id for record in runs]
    assert gates.most == 1
    assert store.active() == []


def test_as_many_run_at_once_as_there_are_workers(
    make_gated: MakeRun,
    make_queue: MakeQueue,
    gates: Gates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LATENT_LAB_WORKERS", "2")
    queue = make_queue()
    runs = [make_gated() for _ in range(5)]
    for record in runs:
        queue.submit(record)
    until(lambda: gates.now == 2)
    for record in runs:
        gates.let(record, 3)
    assert [status(record) for record in runs] == ["done"] * 5
    assert gates.most == 2


def test_cancelling_a_waiting_run_ends_it_at_once(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    running, waiting, last = make_gated(), make_gated(), make_gated()
    for record in (running, waiting, last):
        queue.submit(record)
    status(running, "running")
    queue.cancel(waiting, local_user())
    assert waiting.state.status == "cancelled"
    for record in (running, last):
        gates.let(record, 3)
        assert status(record) == "done"
    assert waiting.state.status == "cancelled"
    assert gates.started == [running.id, last.id]
    queue.resume(waiting, local_user())
    gates.let(waiting, 3)
    assert status(waiting) == "done"


def test_cancelling_a_run_ends_it_at_its_next_event(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    record = make_gated()
    queue.submit(record)
    gates.let(record)
    gates.until_it_waits(record, 2)
    queue.cancel(record, local_user())
    assert record.state.status == "running"
    gates.let(record)
    assert status(record) == "cancelled"
    assert ticks(record) == [0, 1, 2]
    queue.cancel(record, local_user())  # once more changes nothing
    assert record.state.status == "cancelled"


def test_while_a_run_is_paused_another_one_goes_on(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    first, second = make_gated(), make_gated()
    queue.submit(first)
    queue.submit(second)
    status(first, "running")
    queue.pause(first, local_user())
    gates.let(first)
    assert status(first) == "paused"
    gates.let(second, 3)
    assert status(second) == "done"
    queue.resume(first, local_user())
    gates.let(first, 2)
    assert status(first) == "done"
    assert ticks(first) == [0, 1, 2, 3]


def test_a_training_paused_and_resumed_ends_as_if_it_had_never_stopped(
    make_run: MakeRun, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, paused = make_run(), make_run()
    queue = make_queue()
    queue.submit(whole)
    assert status(whole) == "done"
    append = RunRecord.append

    def pausing(self: RunRecord, event: Epoch) -> bool:
        if isinstance(event, Epoch) and event.epoch < 3:
            queue.pause(self, local_user())
        return append(self, event)

    monkeypatch.setattr(RunRecord, "append", pausing)
    queue.submit(paused)
    for epoch in range(3):
        assert status(paused) == "paused"
        assert paused.history()[-1]["epoch"] == epoch
        queue.resume(paused, local_user())
    assert status(paused) == "done"
    assert content(paused) == content(whole)


def test_a_longer_training_is_the_one_that_was_long_from_the_start(
    make_run: MakeRun, make_queue: MakeQueue
) -> None:
    queue = make_queue()
    grown, whole = make_run(epochs=2), make_run(epochs=4)
    queue.submit(grown)
    assert status(grown) == "done"
    queue.extend(grown, "training", "epochs", 4, local_user())
    queue.submit(whole)
    assert status(whole) == "done"
    assert status(grown) == "done"
    assert [row["epoch"] for row in grown.history() if row["event"] == "epoch"] == [0, 1, 2, 3, 4]
    ours, expected = read_weights(grown, 4), read_weights(whole, 4)
    assert all(torch.equal(ours[name], expected[name]) for name in expected)


def test_a_map_that_is_done_goes_on_beyond_its_end(tmp_path: Path, make_queue: MakeQueue) -> None:
    record = record_run(tmp_path / "map")
    frames = record.folder / "frames.f16"
    before = b"as no computation would give it" + frames.read_bytes()[31:]
    frames.write_bytes(before)
    queue = make_queue()
    queue.extend(record, "config", "iterations", ITERATIONS + 10, local_user())
    assert status(record) == "done"
    longer = RunRecord(record.folder)
    assert longer.request.settings["config"]["iterations"] == ITERATIONS + 10
    assert [row["iteration"] for row in longer.history()] == list(range(ITERATIONS + 11))
    after = frames.read_bytes()
    assert len(after) == len(before) * (ITERATIONS + 11) // (ITERATIONS + 1)
    assert after.startswith(before), "it was computed anew"


def test_what_is_going_or_done_cannot_be_resumed(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    running, waiting = make_gated(), make_gated()
    queue.submit(running)
    queue.submit(waiting)
    status(running, "running")
    for record in (running, waiting):
        with pytest.raises(RunError, match="Gated is already going, so there is nothing to resume"):
            queue.resume(record, local_user())
    for record in (running, waiting):
        gates.let(record, 3)
        assert status(record) == "done"
        with pytest.raises(RunError, match="Gated is done, so there is nothing to resume"):
            queue.resume(record, local_user())
    assert gates.started == [running.id, waiting.id]
