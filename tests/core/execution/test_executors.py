"""Which executor the environment names, and runs on a Dask cluster."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.execution import RunQueue, executor_from_environment, run_events
from core.execution.threads import BackgroundThreads
from core.runs.rights import local_user
from tests.conftest import until
from tests.core.conftest import Gates, MakeQueue, MakeRun, content, status

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LATENT_LAB_EXECUTOR", raising=False)
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)


@pytest.fixture(scope="module")
def dask_address() -> Iterator[str]:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp",
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        yield cluster.scheduler_address.removeprefix("tcp://")


@pytest.fixture
def dask_queue(
    dask_address: str, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunQueue]:
    monkeypatch.setenv("LATENT_LAB_EXECUTOR", f"dask://{dask_address}")
    queue = make_queue()
    yield queue
    queue.close()


def test_a_training_on_dask_is_the_training(make_run: MakeRun, dask_queue: RunQueue) -> None:
    alone, record = make_run(), make_run()
    for _ in run_events(alone):
        pass
    dask_queue.submit(record)
    assert status(record) == "done"
    assert content(record) == content(alone)


def test_runs_on_dask_wait_and_stop_when_they_are_told_to(
    make_gated: MakeRun, dask_queue: RunQueue, gates: Gates
) -> None:
    paused, cancelled, waiting, last = (make_gated() for _ in range(4))
    # Dask takes what comes within a tenth of a second in any order.
    dask_queue.submit(paused)
    assert status(paused, "running") == "running"
    for record in (cancelled, waiting, last):
        dask_queue.submit(record)
    dask_queue.cancel(waiting, local_user())
    assert status(waiting) == "cancelled"
    dask_queue.pause(paused, local_user())
    gates.let(paused)
    assert status(paused) == "paused"

    gates.until_it_waits(cancelled)
    dask_queue.cancel(cancelled, local_user())
    assert cancelled.state.status == "running", "it ends at its next event"
    gates.let(cancelled)
    assert status(cancelled) == "cancelled"

    dask_queue.resume(paused, local_user())
    assert status(last, "running") == "running"
    gates.until_it_waits(last)  # else it would be stopped, and forget that, before one can look
    assert gates.most == 1
    closing = threading.Thread(target=dask_queue.close)
    closing.start()
    until(lambda: last.control.requested() == "stop")
    gates.let(last)
    closing.join()
    assert status(last) == status(paused) == "interrupted"
    assert waiting.id not in gates.started


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WORKERS", "0", r"LATENT_LAB_WORKERS \(=0\) must be a whole number from 1 to 64"),
        ("WORKERS", "many", r"LATENT_LAB_WORKERS \(=many\) must be"),
        ("WORKERS", "1.5", r"LATENT_LAB_WORKERS \(=1.5\) must be"),
        ("WORKERS", "²", r"LATENT_LAB_WORKERS \(=²\) must be"),
        ("WORKERS", "65", r"LATENT_LAB_WORKERS \(=65\) must be"),
        ("EXECUTOR", "cloud", r"LATENT_LAB_EXECUTOR \(=cloud\) must be thread, process or dask://"),
        ("EXECUTOR", "dask://nowhere", r"\(=dask://nowhere\) names no Dask scheduler that answers"),
    ],
)
def test_settings_without_a_meaning_end_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"LATENT_LAB_{name}", value)
    with pytest.raises(ValueError, match=sentence):
        executor_from_environment()


def test_a_scheduler_that_does_not_answer_and_a_missing_package_end_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    distributed = pytest.importorskip("distributed")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("Timed out trying to connect")

    monkeypatch.setenv("LATENT_LAB_EXECUTOR", "dask://127.0.0.1:1")
    monkeypatch.setattr(distributed, "Client", refuse)
    with pytest.raises(ValueError, match=r"no Dask scheduler that answers \(Timed out"):
        executor_from_environment()
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ValueError, match="needs the package distributed; install it with"):
        executor_from_environment()


def test_empty_settings_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_LAB_EXECUTOR", "")
    monkeypatch.setenv("LATENT_LAB_WORKERS", "")
    executor = executor_from_environment()
    assert isinstance(executor, BackgroundThreads)
    executor.shutdown()
