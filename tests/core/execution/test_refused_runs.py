"""Runs that an executor does not take, or that no future of this queue stands for."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import Any

import pytest

from core.execution import execute
from core.execution.pending import make_pending
from core.execution.threads import BackgroundThreads
from core.runs.record import RunError
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.conftest import until
from tests.core.conftest import Gates, MakeQueue, MakeRun, status

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_EXECUTOR", raising=False)
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)


class Refusing(BackgroundThreads):
    """An executor whose submit fails as that of a closed Dask client does."""

    refuses = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.refuses:
            raise Exception("the client is closed")  # no RuntimeError
        return super().submit(fn, *args, **kwargs)


def test_whatever_a_submit_raises_leaves_a_run_that_can_go_on_later(
    store: RunStore, make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    executor = Refusing(1)
    queue = make_queue(executor)
    executor.refuses = True
    started, resumed = make_gated(), make_gated()
    resumed.set_state(status="paused", progress=0.5)
    for record, command in (
        (started, queue.submit),
        (resumed, partial(queue.resume, visitor=local_user())),
    ):
        with pytest.raises(RunError, match=r"no more runs \(the client is closed\); .* Resume"):
            command(record)
        assert record.state.status == "interrupted"
        assert "the client is closed" in record.state.error
        kept = importlib.import_module("core.runs.heartbeats").heartbeats._records
        assert record.folder not in kept
    executor.refuses = False
    queue.resume(started, local_user())
    gates.let(started, 3)
    assert status(started) == "done"
    store.delete(resumed.id, local_user())
    assert not resumed.folder.exists()


def test_cancelling_a_waiting_run_that_no_future_stands_for_ends_it_at_once(
    store: RunStore, make_gated: MakeRun, make_queue: MakeQueue, gates: Gates
) -> None:
    queue, elsewhere = make_queue(), make_queue()
    blocker, waiting = make_gated(), make_gated()
    elsewhere.submit(blocker)
    status(blocker, "running")
    elsewhere.submit(waiting)
    queue.cancel(waiting, local_user())  # which knows nothing of it
    assert waiting.state.status == "cancelled"
    gates.let(blocker, 3)
    assert status(blocker) == "done"
    until(elsewhere._futures[waiting.folder][1].done)
    assert waiting.state.status == "cancelled"
    assert gates.started == [blocker.id]
    store.delete(waiting.id, local_user())


def test_a_turn_that_was_cancelled_is_not_taken_for_the_one_after_it(
    make_gated: MakeRun, gates: Gates
) -> None:
    record = make_gated()
    before = record.state.submitted_at
    record.set_state(status="cancelled")
    make_pending(record)
    execute(str(record.folder), before)
    assert record.state.status == "pending"
    assert gates.started == []
    gates.let(record, 3)
    execute(str(record.folder), record.state.submitted_at)
    assert record.state.status == "done"
