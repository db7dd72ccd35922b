"""What codes are worth is measured once, by turns, and for nobody who is gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest

from core.data.data_sets import FASHION
from core.execution import worth_queue
from core.execution.turns import heavy_work
from core.execution.worth_queue import WorthQueue
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.code_worth import OF_PCA, OF_PIXELS, CodeWorth
from core.training.code_worth_files import CODE_WORTH
from core.training.config import TrainConfig
from tests.core.conftest import MakeRun
from tests.support.code_worth import worth
from tests.support.damaged_weights import all_bytes

pytestmark = pytest.mark.usefixtures("one_thread")

DIGITS = 1000


class Later(Executor):
    """Computes what was submitted when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], object]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.waiting.append(lambda: fn(*args, **kwargs))
        return Future()

    def go_on(self, calls: int = 1) -> None:
        for _ in range(calls):
            self.waiting.pop(0)()

    def finish(self) -> None:
        while self.waiting:
            self.go_on()


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The columns of all that is measured, which here takes no time."""
    columns: list[int] = []

    def measure(
        coded: Any, training: TrainConfig, pause: Callable[[], None]
    ) -> Generator[float, None, CodeWorth]:
        pause()
        yield 0.5
        columns.append(coded.train.shape[1])
        pause()
        return worth(len(columns) / 100, len(coded.train))

    monkeypatch.setattr(worth_queue, "measure", measure)
    return columns


@pytest.fixture
def run(store: RunStore, done: RunRecord) -> RunRecord:
    store.runs.mkdir(parents=True, exist_ok=True)
    done.folder.rename(store.runs / "mine")
    return store.get("mine")


def test_the_epoch_that_is_looked_at_comes_first_then_the_yardsticks(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    queue = WorthQueue(store, later := Later())
    first = queue.look(run, 1)
    assert first.missing == (1, OF_PCA, OF_PIXELS, 3, 2, 0)
    assert (first.digits, first.numbers, first.epochs) == (DIGITS, 32, {})
    later.go_on()
    assert [*queue.look(run, 1).epochs] == [1]
    later.go_on(2)
    found = queue.look(run, 2)  # another epoch is looked at meanwhile
    assert found.missing == (2, 3, 0)
    assert found.pca is not None
    assert found.pixels is not None
    assert measured == [32, 32, 784]
    later.finish()
    assert [*queue.look(run, 2).epochs] == [1, 2, 3, 0]
    assert not queue.look(run, 2).missing
    assert not later.waiting, "nothing is left to do"


def test_it_is_measured_once_for_all_visitors_and_after_a_restart(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    queue = WorthQueue(store, later := Later())
    for _ in range(3):
        queue.look(run, 3)
    assert len(later.waiting) == 1
    later.finish()
    assert len(measured) == 6
    found = queue.look(run, 3)
    again = WorthQueue(store, nothing := Later()).look(RunStore(store.runs).get("mine"), 3)
    assert again == found
    assert not nothing.waiting


def test_yardsticks_are_those_of_all_runs_of_as_many_digits(
    store: RunStore, run: RunRecord, make_run: MakeRun, measured: list[int]
) -> None:
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    later.finish()
    other = make_run()
    (other.folder / "epoch-000.safetensors").write_bytes(
        (run.folder / "epoch-000.safetensors").read_bytes()
    )
    found = queue.look(other, 0)
    assert found.missing == (0,)
    assert found.pixels == queue.look(run, 3).pixels


def test_a_damaged_file_is_measured_again(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    WorthQueue(store, later := Later()).look(run, 3)
    later.finish()
    path = run.folder / CODE_WORTH
    path.write_bytes(path.read_bytes()[:-100])
    queue = WorthQueue(store, later)
    assert queue.look(run, 3).missing == (3, 2, 1, 0)
    later.finish()
    assert len(measured) == 10
    assert not WorthQueue(store, later).look(run, 3).missing


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_run_that_is_deleted_is_measured_no_further(
    store: RunStore,
    run: RunRecord,
    measured: list[int],
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    if when == "before":
        store.delete(run.id, local_user())
    else:
        measure = worth_queue.measure

        def deleted(*arguments: Any) -> Generator[float, None, CodeWorth]:
            store.delete(run.id, local_user())
            return measure(*arguments)

        monkeypatch.setattr(worth_queue, "measure", deleted)
    later.finish()
    assert measured == []
    assert not run.folder.exists()
    with pytest.raises(RunError, match="has been deleted; choose another one"):
        queue.look(run, 3)
    assert heavy_work.acquire(blocking=False), "it was let go"
    heavy_work.release()


def test_a_later_run_of_the_same_name_is_measured_anew(
    store: RunStore, run: RunRecord, measured: list[int], tmp_path: Path
) -> None:
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    later.finish()
    run.folder.rename(tmp_path / "gone")
    record = store.create("train", run.request.settings, title="Other")
    record.folder.rename(store.runs / "mine")
    (store.runs / "mine" / "epoch-000.safetensors").write_bytes(
        (tmp_path / "gone" / "epoch-000.safetensors").read_bytes()
    )
    assert queue.look(store.get("mine"), 0).missing == (0,)


def test_an_epoch_that_cannot_be_measured_keeps_none_of_the_others(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    all_bytes(0xFF)(run.folder / "epoch-002.safetensors")
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    later.finish()
    found = queue.look(run, 3)
    assert sorted(found.epochs) == [0, 1, 3]
    assert not found.missing
    (said,) = found.problems.values()
    assert said.startswith("epoch-002.safetensors of run mine is damaged")


def test_an_unexpected_error_is_a_sentence_and_a_line_of_the_log(
    store: RunStore,
    run: RunRecord,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worth_queue, "measure", fail)
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    later.finish()
    found = queue.look(run, 3)
    assert len(found.problems) == 6
    assert found.problems[3] == (
        "The measurement of the codes after epoch 3 stopped with an unexpected error "
        "(ZeroDivisionError). The server's log has the details."
    )
    assert "codes of mine not measured" in caplog.text


def test_what_could_not_be_measured_is_tried_again_when_somebody_asks(
    store: RunStore, run: RunRecord, monkeypatch: pytest.MonkeyPatch, measured: list[int]
) -> None:
    works = worth_queue.measure

    def fail(*_: Any) -> None:
        raise MemoryError

    queue = WorthQueue(store, later := Later())
    with monkeypatch.context() as patch:
        patch.setattr(worth_queue, "measure", fail)
        queue.look(run, 3)
        later.finish()
    assert worth_queue.measure is works
    assert not queue.look(run, 3).missing
    assert not later.waiting
    queue.try_again(run)
    assert len(queue.look(run, 3).missing) == 6
    later.finish()
    found = queue.look(run, 3)
    assert (len(found.epochs), dict(found.problems)) == (4, {})


def test_two_runs_take_turns(
    store: RunStore, run: RunRecord, make_run: MakeRun, measured: list[int]
) -> None:
    other = make_run()
    for epoch in (0, 1):
        name = f"epoch-{epoch:03d}.safetensors"
        (other.folder / name).write_bytes((run.folder / name).read_bytes())
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    assert queue.look(other, 1).others == 1
    later.go_on(2)
    assert (len(queue.look(run, 3).epochs), len(queue.look(other, 1).epochs)) == (1, 1)
    later.finish()
    assert not queue.look(other, 1).missing
    assert queue.look(run, 3).others == 0


def test_another_title_is_no_other_run(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    queue = WorthQueue(store, later := Later())
    queue.look(run, 3)
    run.change_request(title="Better")
    assert queue.look(store.get("mine"), 3).others == 0
    assert len(later.waiting) == 1
    later.finish()
    assert len(measured) == 6


def test_a_run_without_a_class_has_yardsticks_of_its_own_and_keeps_them(
    store: RunStore, run: RunRecord, measured: list[int]
) -> None:
    WorthQueue(store, later := Later()).look(run, 3)
    later.finish()
    path = run.folder / "run.json"
    request = json.loads(path.read_text())
    request["settings"]["training"] |= {"data": FASHION, "held_out": 3}
    path.write_text(json.dumps(request))
    (run.folder / CODE_WORTH).unlink()
    record = RunStore(store.runs).get("mine")
    found = WorthQueue(store, later).look(record, 3)
    assert (found.pca, found.pixels) == (None, None), "those of MNIST are others"
    later.finish()
    assert len(measured) == 12
    again = WorthQueue(store, later).look(record, 3)
    assert not again.missing
    assert again.pca is not None
    assert again.pca.readings[-1].labels == found.digits
