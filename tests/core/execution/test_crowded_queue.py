"""A queue that is full, that is closed, or that many want something of at once."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import threading
from functools import partial

import pytest

from core.execution import RunQueue
from core.execution.queue_room import MAX_WAITING_OF_A_VISITOR
from core.files import read_json, replace_json
from core.runs.control import RunControl
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.state import Status
from core.runs.store import RunStore
from tests.conftest import until
from tests.core.conftest import Gates, MakeQueue, MakeRun, status

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_EXECUTOR", raising=False)
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)


def ticks(record: RunRecord) -> list[int]:
    return [row["n"] for row in record.history()]


def test_of_many_who_press_resume_at_once_one_gets_through(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue()
    record = make_gated()
    record.set_state(status="paused")
    start = threading.Barrier(8)
    told: list[str] = []
    forget, together = RunControl.clear, threading.Barrier(2)

    def slowly(self: RunControl) -> None:
        # After the look at the state and before its change: two must not meet here.
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=0.1)
        forget(self)

    monkeypatch.setattr(RunControl, "clear", slowly)

    def press() -> None:
        mine = RunRecord(record.folder)  # each tab has its own
        start.wait()
        try:
            queue.resume(mine, local_user())
        except RunError as error:
            told.append(str(error))

    visitors = [threading.Thread(target=press) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert told == ["Gated is already going, so there is nothing to resume."] * 7
    gates.let(record, 3)
    assert status(record) == "done"
    assert gates.started == [record.id]


def test_a_run_resumed_in_the_moment_it_stops_keeps_its_heartbeat(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The visitor is faster than the thread that has just written "paused".
    queue = make_queue()
    blocker, record = make_gated(), make_gated()
    module = importlib.import_module("core.execution.run_events")
    settle = module._settle

    def settle_and_resume(stopped: RunRecord, outcome: dict[str, str], seconds: float) -> None:
        settle(stopped, outcome, seconds)
        if outcome["status"] == "paused":
            queue.submit(blocker)
            queue.resume(stopped, local_user())

    monkeypatch.setattr(module, "_settle", settle_and_resume)
    queue.submit(record)
    queue.pause(record, local_user())
    gates.let(record)
    assert status(blocker, "running") == "running"
    kept = importlib.import_module("core.runs.heartbeats").heartbeats._records
    assert record.folder in kept
    assert record.state.status == "pending"
    gates.let(blocker, 3)
    gates.let(record, 3)
    assert status(record) == "done"
    until(lambda: not kept.keys() & {record.folder, blocker.folder})


def is_taken(queue: RunQueue, record: RunRecord) -> bool:
    try:
        queue.resume(record, local_user())
    except RunError:
        return False
    return True


def test_no_more_runs_wait_than_the_lab_takes(
    store: RunStore,
    make_gated: MakeRun,
    make_queue: MakeQueue,
    gates: Gates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING", 3)
    queue = make_queue()
    runs = [make_gated() for _ in range(3)]
    for record in runs:
        queue.submit(record)
    refused = make_gated()
    full = r"3 runs are waiting already, .*; wait for some to end"
    with pytest.raises(RunError, match=full):
        queue.check_room()
    with pytest.raises(RunError, match=full):
        queue.submit(refused)
    assert refused.state.status == "cancelled"
    assert len(store.active()) == 3
    for record in runs:
        gates.let(record, 3)
        status(record)
    until(lambda: is_taken(queue, refused))  # a state is written before its future is done
    gates.let(refused, 3)
    assert status(refused) == "done"


def test_one_visitor_does_not_take_all_places(
    store: RunStore, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()

    def submitted(visitor: str) -> RunRecord:
        queue.check_room(visitor)
        record = store.create("gated", {}, title="Gated", visitor=visitor)
        queue.submit(record)
        return record

    first = submitted("greedy")
    status(first, "running")
    waiting = [submitted("greedy") for _ in range(MAX_WAITING_OF_A_VISITOR)]
    too_many = "3 runs that you started or resumed are waiting already"
    with pytest.raises(RunError, match=too_many):
        submitted("greedy")
    paused = store.create("gated", {}, title="Gated", visitor="greedy")
    paused.set_state(status="paused")
    with pytest.raises(RunError, match=too_many):
        queue.resume(paused, "greedy")
    assert paused.state.status == "paused"
    others = submitted("modest")
    queue.cancel(waiting[0], local_user())
    assert is_taken(queue, paused)
    for record in (first, *waiting[1:], others, paused):
        gates.let(record, 3)
        status(record)
    assert others.state.status == "done"


def test_who_resumes_a_run_pays_for_it(
    store: RunStore, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()

    def stopped(state: Status) -> RunRecord:
        settings = {"config": {"iterations": 3}}
        record = store.create("gated", settings, title="Gated", visitor="presser")
        record.set_state(status=state)
        record.lease.release()
        return record

    first = store.create("gated", {}, title="Gated", visitor="owner")
    queue.submit(first)
    status(first, "running")
    resumed = [stopped("paused") for _ in range(MAX_WAITING_OF_A_VISITOR - 1)]
    for record in resumed:
        queue.resume(record, "presser")
    extended = stopped("done")
    queue.extend(extended, "config", "iterations", 9, "presser")
    for refused in (queue.resume, lambda *who: queue.extend(who[0], "config", "x", 9, who[1])):
        with pytest.raises(RunError, match="3 runs that you started or resumed"):
            refused(stopped("done"), "presser")
    queue.check_room("owner")  # whose places nobody has taken
    mine = store.create("gated", {}, title="Gated", visitor="owner")
    queue.submit(mine)
    for record in (first, *resumed, extended, mine):
        gates.let(record, 3)
        assert status(record) == "done"
    queue.check_room("presser")


@pytest.mark.parametrize("before", ["paused", "done"])
def test_a_full_queue_leaves_what_it_refuses_as_it_was(
    before: Status, make_gated: MakeRun, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING", 1)
    queue = make_queue()
    queue.submit(make_gated())
    record = make_gated()
    record.set_state(status=before, progress=0.5)
    state, settings = record.state, record.request.settings
    extend = partial(queue.extend, section="config", name="iterations", value=900)
    command = queue.resume if before == "paused" else extend
    with pytest.raises(RunError, match="1 runs are waiting already"):
        command(record, visitor=local_user())
    assert record.state == state
    assert RunRecord(record.folder).request.settings == settings


def test_a_run_that_cannot_be_does_not_stop_the_next(
    make_run: MakeRun, make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    blocker, deleted, unknown, impossible, good = make_gated(), *(make_run() for _ in range(4))
    for record, changes in (
        (unknown, {"kind": "dreaming"}),
        (impossible, {"settings": {"model": "transformer", "config": {}, "training": {}}}),
    ):
        replace_json(
            record.folder / "run.json", {**read_json(record.folder / "run.json"), **changes}
        )
    for record in (blocker, deleted, unknown, impossible, good):
        queue.submit(record)
    status(blocker, "running")
    shutil.rmtree(deleted.folder)
    gates.let(blocker, 3)
    assert status(good) == "done"
    assert "'dreaming' is not a kind of run" in unknown.state.error
    assert "'transformer' is not a model of the lab" in impossible.state.error
    assert unknown.state.status == impossible.state.status == "failed"


def test_closing_leaves_runs_that_can_be_resumed(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, other = make_queue(), make_queue()
    running, waiting, last, elsewhere = (make_gated() for _ in range(4))
    for record in (running, waiting, last):
        queue.submit(record)
    other.submit(elsewhere)
    status(running, "running")
    status(elsewhere, "running")
    ask = RunControl.request_stop

    def stop_at_once(self: RunControl) -> None:
        ask(self)
        record = RunRecord(self.folder)
        gates.let(record)
        status(record, "interrupted")
        until(lambda: gates.now == 1)  # the one elsewhere: no other may have come in its place

    with monkeypatch.context() as patch:
        patch.setattr(RunControl, "request_stop", stop_at_once)
        queue.close()
    for record in (running, waiting, last):
        assert record.state.status == "interrupted"
        assert "Resume goes on from there" in record.state.error
    assert set(gates.started) == {running.id, elsewhere.id}
    with pytest.raises(RunError, match="The lab takes no more runs"):
        queue.submit(make_gated())
    assert elsewhere.state.status == "running", "it closed another queue too"
    gates.let(elsewhere, 3)
    assert status(elsewhere) == "done"

    after = make_queue()  # the server is back
    for record in (running, waiting, last):
        after.resume(record, local_user())
        gates.let(record, 3)
        assert status(record) == "done"
        assert ticks(record) == [0, 1, 2, 3]


def test_closing_does_not_wait_for_ever(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.execution.run_queue.CLOSING_SECONDS", 0.05)
    queue = make_queue()
    record = make_gated()
    queue.submit(record)
    status(record, "running")
    queue.close()  # no event comes
    gates.let(record)
    assert status(record) == "interrupted"
