"""Runs on a real Dask cluster in processes of its own, whose scheduler is killed and comes back."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from core.execution import RunQueue, dask_cluster
from core.execution.dask_cluster import LOST, UNREACHABLE, DaskCluster
from core.runs.record import ACTIVE, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.conftest import until
from tests.core.conftest import MakeQueue, MakeRun

pytestmark = pytest.mark.usefixtures("one_thread")
ROOT = Path(__file__).resolve().parents[3]


class Cluster:
    """A scheduler and a worker, each a process that a test may end and start again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._workers = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"

    def start(self) -> None:
        """Start what is not there yet."""
        host, port = self.address.split(":")
        if "scheduler" not in self._processes:
            self._start("scheduler", "--host", host, "--port", port, "--no-show")
            until(self._answers)
        if "worker" not in self._processes:
            self._start("worker", self.address, "--nthreads", "2", "--no-nanny")
            log, started = self._folder / "worker.log", self._workers + 1
            until(lambda: log.read_text().count("Registered to") == started, 120)
            self._workers = started

    def kill(self, name: str) -> None:
        process = self._processes.pop(name)
        process.kill()
        process.wait()

    def close(self) -> None:
        for name in list(self._processes):
            self.kill(name)

    def _start(self, name: str, *options: str) -> None:
        with (self._folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", name, *options, "--no-dashboard"],
                cwd=ROOT,
                env={**os.environ, "DASK_TEMPORARY_DIRECTORY": str(self._folder)},
                stdout=log,
                stderr=log,
            )

    def _answers(self) -> bool:
        host, port = self.address.split(":")
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            return False
        return True


@pytest.fixture(scope="module")
def _cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    pytest.importorskip("distributed")
    cluster = Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.close()


@pytest.fixture
def cluster(_cluster: Cluster) -> Cluster:
    _cluster.start()
    return _cluster


@pytest.fixture
def queue(
    cluster: Cluster, make_queue: MakeQueue, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RunQueue]:
    monkeypatch.setenv("LATENT_LAB_EXECUTOR", f"dask://{cluster.address}")
    monkeypatch.delenv("LATENT_LAB_WORKERS", raising=False)
    queue = make_queue()
    yield queue
    queue.close()


def long_run(make_run: MakeRun) -> RunRecord:
    """Make a run that goes on for minutes unless it is stopped."""
    return make_run(epochs=500, digits=10000)


def end_of(record: RunRecord) -> str:
    """Wait until the run has ended, also on a busy machine whose worker has just begun."""
    return until(lambda: now if (now := record.state.status) not in ACTIVE else "", 240)


def sentence_of(record: RunRecord) -> str:
    """Wait until the run was interrupted; return the sentence that says why."""
    assert end_of(record) == "interrupted"
    return record.state.error


def future_of(queue: RunQueue, record: RunRecord) -> Future[None]:
    return queue._futures[record.folder][1]


def until_it_is_on_the_cluster(queue: RunQueue, record: RunRecord) -> None:
    until(future_of(queue, record).running)
    time.sleep(0.5)  # for the message to arrive


# First those that leave the cluster as it is: to start a worker anew takes seconds.
def test_no_more_runs_are_on_the_cluster_than_the_lab_has_workers(
    queue: RunQueue, make_run: MakeRun
) -> None:
    runs = [long_run(make_run) for _ in range(3)]  # of which the worker could compute two at a time
    for record in runs:
        queue.submit(record)
    for number, record in enumerate(runs):
        until(record.history, 240)
        states = [run.state.status for run in runs]
        assert states == ["cancelled"] * number + ["running"] + ["pending"] * (2 - number)
        queue.cancel(record, local_user())
        assert end_of(record) == "cancelled"


def test_a_worker_that_does_not_see_the_folder_says_so(
    queue: RunQueue, make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(Path, "absolute", lambda _: Path("/nowhere/run"))
        queue.submit(record)
    assert sentence_of(record).startswith("The worker cannot compute the run: Run run has no read")


def test_a_scheduler_that_was_away_is_found_again(
    cluster: Cluster,
    queue: RunQueue,
    store: RunStore,
    make_run: MakeRun,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, waiting = long_run(make_run), long_run(make_run)
    queue.submit(running)
    queue.submit(waiting)
    until(running.history, 240)

    cluster.kill("scheduler")
    # The worker is alive; it is told to stop, and leaves the run where it can go on.
    assert "Resume goes on from there" in sentence_of(running)
    assert sentence_of(waiting) == UNREACHABLE
    cluster.kill("worker")
    executor = queue._executor
    assert isinstance(executor, DaskCluster)
    until(lambda: executor._client.status == "closed")  # it has given up, for good

    with monkeypatch.context() as at_once:
        at_once.setattr(dask_cluster, "CONNECT_SECONDS", 0.5)  # nobody is there to be waited for
        started, cancelled = make_run(), make_run()
        queue.submit(started)
        assert sentence_of(started) == UNREACHABLE
        queue.resume(started, local_user())
        assert sentence_of(started) == UNREACHABLE
        queue.submit(cancelled)
        queue.cancel(cancelled, local_user())
        assert cancelled.state.status == "cancelled"
    for record in (waiting, cancelled):
        store.delete(record.id, local_user())
        assert not record.folder.exists()

    cluster.start()
    queue.resume(started, local_user())
    assert end_of(started) == "done"
    queue.resume(running, local_user())
    until(lambda: running.state.status == "running", 240)
    queue.cancel(running, local_user())
    assert end_of(running) == "cancelled"


def test_a_run_that_no_worker_takes_is_cancelled_at_once_and_can_be_resumed(
    cluster: Cluster, queue: RunQueue, store: RunStore, make_run: MakeRun
) -> None:
    first = make_run()
    queue.submit(first)
    assert end_of(first) == "done"
    until(future_of(queue, first).done)
    cluster.kill("worker")
    held, queued = make_run(), make_run()
    queue.submit(held)
    queue.submit(queued)
    until_it_is_on_the_cluster(queue, held)
    for record in (held, queued):
        queue.cancel(record, local_user())
        assert record.state.status == "cancelled"
    store.delete(queued.id, local_user())
    queue.resume(held, local_user())
    assert held.state.status == "pending"
    cluster.start()
    assert end_of(held) == "done"
    epochs = [row["epoch"] for row in held.history() if row["event"] == "epoch"]
    assert epochs == [0, 1, 2, 3], "it was computed twice"
    until(future_of(queue, held).done)  # else Dask would wait for another worker to finish it

    cluster.kill("worker")
    lost = make_run()
    queue.submit(lost)
    until_it_is_on_the_cluster(queue, lost)
    cluster.kill("scheduler")
    assert sentence_of(lost) == LOST
