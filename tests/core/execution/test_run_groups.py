"""Groups of runs in the queue: one place, one run at a time, one cancel, one resume."""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import Future

import pytest

from core.execution import RunQueue
from core.execution.queue_room import MAX_WAITING_OF_A_VISITOR
from core.execution.run_groups import RunGroup
from core.execution.threads import BackgroundThreads
from core.runs.heartbeats import heartbeats
from core.runs.lease import Lease
from core.runs.record import STOPPED, RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.conftest import until
from tests.core.conftest import Gates, MakeQueue, MakeRun, status

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_EXECUTOR", raising=False)
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)


def finish(gates: Gates, *records: RunRecord) -> None:
    for record in records:
        gates.let(record, 3)
        assert status(record) == "done"


def test_runs_of_others_have_their_turn_between_those_of_a_group(
    store: RunStore, make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    status(group[0], "running")
    other = make_gated()
    queue.submit(other)
    assert [run.id for run in store.active()] == [
        record.id for record in (group[0], other, group[1], group[2])
    ]
    finish(gates, group[0], other, group[1], group[2])
    assert gates.started == [record.id for record in (group[0], other, group[1], group[2])]


def test_as_many_runs_of_a_group_go_on_as_there_are_workers(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_WORKERS", "2")
    queue = make_queue(BackgroundThreads(3))
    group = [make_gated() for _ in range(5)]
    queue.submit_group(group)
    for record in group:
        finish(gates, record)
    assert gates.most == 2


def test_a_cancelled_group_starts_no_further_run(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(4)]
    queue.submit_group(group)
    finish(gates, group[0])
    gates.until_it_waits(group[1])
    queue.cancel_group(group, local_user())
    gates.let(group[1], 1)
    assert [status(record) for record in group] == ["done", *["cancelled"] * 3]
    assert gates.started == [group[0].id, group[1].id]

    queue.resume_group(group, local_user())
    finish(gates, *group[1:])
    with pytest.raises(RunError, match="nothing to resume"):
        queue.resume_group(group, local_user())


def test_a_group_that_is_resumed_before_its_cancelled_run_is_put_away_keeps_its_order(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    resumed, put_away = threading.Event(), threading.Event()
    note_end, hand_over = queue._note_end, queue._hand_over_next

    def note_end_later(record: RunRecord, done: Future[None]) -> None:
        resumed.wait(30)
        note_end(record, done)
        put_away.set()

    def hand_over_later(group: RunGroup) -> RunError | None:
        if threading.current_thread() is threading.main_thread():
            resumed.set()
            put_away.wait(30)
        return hand_over(group)

    queue.submit_group(group)
    gates.until_it_waits(group[0])
    monkeypatch.setattr(queue, "_note_end", note_end_later)
    monkeypatch.setattr(queue, "_hand_over_next", hand_over_later)
    queue.cancel_group(group, local_user())
    gates.let(group[0], 1)
    assert [status(record) for record in group] == ["cancelled"] * 3
    queue.resume_group(group, local_user())
    finish(gates, *group)
    assert gates.started == [group[0].id, *(record.id for record in group)]


def test_a_run_of_a_group_that_is_resumed_alone_is_computed_once(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    status(group[0], "running")
    queue.cancel(group[2], local_user())
    assert group[2].state.status == "cancelled"
    queue.resume(group[2], local_user())
    finish(gates, group[0], group[2], group[1])
    assert sorted(gates.started) == sorted(record.id for record in group)


def test_a_group_that_is_cancelled_and_resumed_at_once_keeps_its_heartbeats(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    first = make_gated()
    queue.submit(first)
    status(first, "running")
    group = [make_gated() for _ in range(2)]
    queue.submit_group(group)
    queue.cancel_group(group, local_user())  # cancels a future whose callback may come late
    queue.resume_group(group, local_user())
    assert all(record.folder in heartbeats._records for record in group)
    finish(gates, first, *group)


def test_a_late_lease_loses_no_run_of_a_group(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    gates.until_it_waits(group[0])
    for record in group[1:]:  # as after a pause of the whole computer
        past = time.time() - 30
        os.utime(record.folder / "lease.json", (past, past))
    for record in group:
        gates.let(record, 3)
    for record in group:
        assert status(record, "done") == "done"


def test_a_run_that_cannot_be_read_does_not_stop_the_others(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    gates.until_it_waits(group[0])
    renew = Lease.renew

    def failing(lease: Lease) -> bool:
        if lease._new_path.parent == group[1].folder:
            raise OSError(5, "Input/output error")
        return renew(lease)

    monkeypatch.setattr(Lease, "renew", failing)
    finish(gates, group[0], group[2])
    assert group[1].state.status == "interrupted"
    assert "Input/output error" in group[1].state.error


def test_resuming_counts_only_what_is_resumed(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING_IN_GROUPS", 2)
    queue = make_queue()
    group = [make_gated() for _ in range(6)]
    for record in group:
        record.set_state(status="done")
        record.lease.release()
    group[4].set_state(status="paused")
    group[5].set_state(status="paused")
    queue.resume_group(group, local_user())
    finish(gates, *group[4:])


def test_a_group_that_nobody_takes_is_said(make_gated: MakeRun, make_queue: MakeQueue) -> None:
    executor = BackgroundThreads(1)
    queue = make_queue(executor)
    executor.shutdown(wait=False)
    group = [make_gated() for _ in range(2)]
    with pytest.raises(RunError, match="takes no more runs"):
        queue.submit_group(group)
    assert {record.state.status for record in group} == {"interrupted"}
    queue.check_room("me", 2)


def test_a_closed_queue_leaves_runs_of_a_group_that_can_be_resumed(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    gates.until_it_waits(group[0])
    gates.let(group[0], 3)
    queue.close()
    assert status(group[0]) in ("done", "interrupted")
    for record in group[1:]:
        assert record.state.status == "interrupted"
        assert record.state.error == STOPPED
    another = make_queue()
    another.resume_group(group, local_user())
    for record in group:
        gates.let(record, 3)
        assert status(record) == "done"


def test_an_executor_that_takes_nothing_more_leaves_the_rest_resumable(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    executor = BackgroundThreads(1)
    queue = make_queue(executor)
    group = [make_gated() for _ in range(3)]
    queue.submit_group(group)
    gates.until_it_waits(group[0])
    executor.shutdown(wait=False)
    gates.let(group[0], 3)
    for record in group[1:]:
        assert status(record) == "interrupted"
        assert "takes no more runs" in record.state.error


def test_a_group_is_one_place_of_its_visitor(
    store: RunStore, make_queue: MakeQueue, gates: Gates
) -> None:
    queue = make_queue()

    def group() -> list[RunRecord]:
        return [store.create("gated", {}, title="Gated", visitor="me") for _ in range(3)]

    groups = [group() for _ in range(MAX_WAITING_OF_A_VISITOR)]
    for one in groups:
        queue.submit_group(one)
    refused = group()
    with pytest.raises(RunError, match="3 runs that you started or resumed are waiting already"):
        queue.submit_group(refused)
    assert {record.state.status for record in refused} == {"cancelled"}
    queue.check_room("somebody else")
    queue.cancel_group(groups[0], local_user())
    gates.let(groups[0][0], 1)
    until(lambda: groups[0][0].state.status == "cancelled")
    queue.check_room("me")
    for one in groups[1:]:
        queue.cancel_group(one, local_user())
    gates.let(groups[1][0], 1)


def test_a_group_is_one_place_of_the_queue(
    make_gated: MakeRun, make_queue: MakeQueue, gates: Gates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING", 2)
    queue = make_queue()
    group = [make_gated() for _ in range(4)]
    queue.submit_group(group)
    queue.check_room()
    other = make_gated()
    queue.submit(other)
    with pytest.raises(RunError, match="2 runs are waiting already"):
        queue.check_room()
    finish(gates, group[0], other, *group[1:])
    until(lambda: is_free(queue))


def is_free(queue: RunQueue) -> bool:
    try:
        queue.check_room()
    except RunError:
        return False
    return True


def test_a_group_larger_than_the_queue_is_refused(
    make_gated: MakeRun, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.execution.queue_room.MAX_WAITING_IN_GROUPS", 5)
    queue = make_queue()
    queue.submit_group([make_gated() for _ in range(3)])  # one of them goes on, two wait
    full = "These are 4 runs, and the queue has room for 3 more runs of sweeps; wait"
    with pytest.raises(RunError, match=re.escape(full)):
        queue.check_room("me", 4)
    queue.check_room("me", 3)


def test_a_group_that_cannot_be_written_is_left_resumable(
    make_gated: MakeRun, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = make_queue()
    group = [make_gated() for _ in range(2)]

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(RunRecord, "set_state", full)
        with pytest.raises(RunError, match="No space left on device"):
            queue.submit_group(group)
    queue.check_room()
    assert all(record.state.status == "interrupted" for record in group)
