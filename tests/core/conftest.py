"""Runs for the tests of core: real ones on few digits, and ones that go on when a test says so."""

from __future__ import annotations

import importlib
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.digits import Digits, load_digits
from core.execution import RunQueue
from core.runs.events import Event, Run
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import sort_values, training_settings
from tests.conftest import until

# Written so, since the function hides its module of the same name.
run_events_module = importlib.import_module("core.execution.run_events")

MakeRun = Callable[..., RunRecord]
MakeQueue = Callable[..., RunQueue]


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread for PyTorch, here and in processes started meanwhile: fast on a busy machine, and
    bit for bit the same everywhere."""
    threads = torch.get_num_threads()
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def train_digits() -> Digits:
    return load_digits("train").take(slice(0, 3000))


@pytest.fixture
def test_digits() -> Digits:
    return load_digits("test").take(slice(0, 500))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    """An empty store; also the one that the command line uses meanwhile."""
    monkeypatch.setenv("LATENT_LAB_RUNS", str(tmp_path / "runs"))
    return RunStore(tmp_path / "runs", tmp_path / "gallery", quota=10**9)


@pytest.fixture
def make_run(store: RunStore) -> MakeRun:
    """Makes pending trainings of a second or less, with these values changed."""

    def make(folder: Path | None = None, **values: Any) -> RunRecord:
        small = {"epochs": 3, "digits": 1000, "batch_size": 50, **values}
        settings = training_settings("compression", *sort_values("compression", small))
        return store.create("train", settings, title="Compression", folder=folder)

    return make


@pytest.fixture
def make_queue() -> Iterator[MakeQueue]:
    """Makes queues, and closes them in the end."""
    queues: list[RunQueue] = []

    def make(executor: Executor | None = None) -> RunQueue:
        queues.append(RunQueue(executor))
        return queues[-1]

    yield make
    for queue in queues:
        queue.close()


@pytest.fixture
def few_test_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Validates runs of this process on few digits, where a test makes many runs."""

    def load(split: Any, data: str) -> Digits:
        digits = load_digits(split, data)
        return digits.take(slice(0, 500)) if split == "test" else digits

    monkeypatch.setattr(run_events_module, "load_digits", load)


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made") / "run"


@pytest.fixture
def done(
    make_run: MakeRun, _made: Path, tmp_path: Path, one_thread: None, few_test_digits: None
) -> RunRecord:
    """A finished training of three epochs, of which a test may break its own copy."""
    if not _made.exists():
        for _ in run_events_module.run_events(make_run(_made)):
            pass
    shutil.copytree(_made, tmp_path / "copy")
    return RunRecord(tmp_path / "copy")


@dataclass(frozen=True, kw_only=True)
class Tick(Event):
    """The n-th event of a gated run, from which it can be continued."""

    n: int

    def row(self) -> dict[str, Any]:
        return {"event": "tick", "n": self.n}

    def checkpoint(self) -> Mapping[str, Tensor]:
        return {"n": torch.tensor(self.n)}


class _GatedRun(Run):
    def __init__(self, ticks: Callable[[], Iterator[Tick]]) -> None:
        self._ticks = ticks

    def __iter__(self) -> Iterator[Tick]:
        return self._ticks()


class Gates:
    """Runs of kind "gated": event 0 comes at once, each of three more when the test lets it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._permits: defaultdict[str, threading.Semaphore] = defaultdict(
            lambda: threading.Semaphore(0)
        )
        self._waits_for: dict[str, int] = {}
        self.started: list[str] = []
        self.now = self.most = 0

    def let(self, record: RunRecord, events: int = 1) -> None:
        self._permits[record.id].release(events)

    def until_it_waits(self, record: RunRecord, n: int = 1) -> None:
        """Until the run waits for its n-th event, and the requests at the one before are obeyed."""
        until(lambda: self._waits_for.get(record.id) == n)

    def run(self, record: RunRecord) -> Run:
        return _GatedRun(lambda: self._ticks(record))

    def _ticks(self, record: RunRecord) -> Iterator[Tick]:
        checkpoint = record.rewind_to_checkpoint()
        with self._lock:
            self.started.append(record.id)
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            for n in range(0 if checkpoint is None else int(checkpoint["n"]) + 1, 4):
                self._waits_for[record.id] = n
                if n and not self._permits[record.id].acquire(timeout=60):
                    raise TimeoutError("the test has not let the run go on")
                yield Tick(progress=n / 3, n=n)
        finally:
            with self._lock:
                self.now -= 1


@pytest.fixture
def gates(monkeypatch: pytest.MonkeyPatch) -> Gates:
    """The runs of kind "gated", for executors within this process."""
    gates = Gates()
    monkeypatch.setitem(run_events_module.KINDS, "gated", gates.run)
    return gates


@pytest.fixture
def make_gated(store: RunStore, gates: Gates) -> MakeRun:
    """Makes pending runs of kind "gated"."""
    return lambda: store.create("gated", {}, title="Gated")


TIMINGS = ("seconds", "images_per_second")


def status(record: RunRecord, *wanted: str) -> str:
    """Waits until the run has one of these states, or has stopped; gives which."""
    wanted = wanted or ("done", "paused", "cancelled", "failed", "interrupted")
    return until(lambda: now if (now := record.state.status) in wanted else "")


def content(record: RunRecord) -> dict[str, Any]:
    """All that a run has produced, without the times that it took."""
    rows = [
        {name: value for name, value in row.items() if name not in TIMINGS}
        for row in RunRecord(record.folder).history()
    ]
    files = {
        path.name: path.read_bytes()
        for path in record.folder.iterdir()
        if path.name.startswith(("epoch-", "preview"))
    }
    assert rows, "a comparison of nothing with nothing"
    assert files, "a comparison of nothing with nothing"
    return {"rows": rows, "files": files}


def leftovers(folder: Path) -> list[str]:
    """Files in the folder that were to be renamed and were not."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]
