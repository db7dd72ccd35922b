"""Sweeps on disk, what they show of their runs, and what they will cost."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.data.digits import load_digits
from core.execution import run_events
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.sweeps.cost import check_disk, estimate, speeds_here
from core.sweeps.files import ENDING, SweepFiles
from core.sweeps.plan import SweepPlan
from core.sweeps.results import Spread, by_value, comparable, spread_of
from core.sweeps.sweep import PICTURE
from core.training.record import epoch_rows

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")

SMALL = {"epochs": 2, "digits": 1000, "batch_size": 50}


@pytest.fixture
def files(store: RunStore) -> SweepFiles:
    return SweepFiles(store)


def small(**changes: Any) -> SweepPlan:
    usual: dict[str, Any] = {
        "model": "compression",
        "field": "latent_dim",
        "values": (8, 2),
        "seeds": (0, 1),
    }
    return SweepPlan(**{**usual, "others": SMALL, **changes})


def compute(record: RunRecord) -> None:
    for _ in run_events(record):
        pass


def test_a_sweep_names_its_runs_and_nothing_more(files: SweepFiles, store: RunStore) -> None:
    sweep = files.create(small(), visitor="me")
    (path,) = store.runs.glob(f"*{ENDING}")
    assert json.loads(path.read_text()) == {
        "format": 1,
        "runs": [record.id for record in sweep.records],
    }
    found = files.get(sweep.id)
    assert [one.id for one in files.list()] == [sweep.id]
    assert [record.id for record in found.records] == [record.id for record in sweep.records]
    assert (found.model, found.field, found.visitor) == ("compression", "latent_dim", "me")
    assert not found.in_gallery
    assert {record.state.status for record in found.records} == {"pending"}
    assert found.created_at <= found.records[-1].request.created_at


def test_runs_come_by_value_and_seed_with_their_results(files: SweepFiles) -> None:
    sweep = files.create(small())
    assert all(run.error(PICTURE) is None and run.epoch == 0 for run in sweep.runs())
    for record in sweep.records[:3]:
        compute(record)
    runs = files.get(sweep.id).runs()
    assert [(run.value, run.seed) for run in runs] == [(2, 0), (2, 1), (8, 0), (8, 1)]
    waiting = next(run for run in runs if run.state.status == "pending")
    assert waiting.error(PICTURE) is None
    for run in runs:
        if run is waiting:
            continue
        assert run.epoch == 2
        assert run.error(PICTURE) == epoch_rows(run.record)[-1]["validation"]["loss"]
    groups = by_value(runs)
    assert list(groups) == [2, 8]
    errors = [run.error(PICTURE) for run in groups[2]]
    spread = spread_of(errors)
    assert spread is not None
    there = [error for error in errors if error is not None]
    assert (spread.mean, spread.low, spread.high, spread.count) == (
        np.mean(there),
        min(there),
        max(there),
        len(there),
    )
    assert spread_of([None, float("nan"), float("inf")]) is None
    assert spread_of([1.0, None, 6.0, 2.0]) == Spread(mean=3.0, low=1.0, high=6.0, count=3)
    untrained = replace(waiting, rows=[{"epoch": 0, "validation": {"loss": 0.2}}])
    assert untrained.error(PICTURE) is None
    assert untrained.curve(PICTURE) == {0: 0.2}


def test_a_sweep_of_seeds_alone_varies_nothing(files: SweepFiles) -> None:
    sweep = files.create(small(values=(4,), seeds=(0, 1, 2)))
    assert sweep.field is None
    assert [(run.value, run.seed) for run in sweep.runs()] == [(None, 0), (None, 1), (None, 2)]


def test_a_deleted_run_is_no_longer_part_of_it(files: SweepFiles, store: RunStore) -> None:
    sweep = files.create(small())
    for record in sweep.records:
        record.set_state(status="done")
    store.delete(sweep.records[0].id, local_user())
    assert len(files.get(sweep.id).records) == 3
    for record in sweep.records[1:]:
        store.delete(record.id, local_user())
    assert files.list() == []
    (path,) = store.runs.glob(f"*{ENDING}")
    with pytest.raises(RunError, match=r"All runs of sweep .* were deleted"):
        files.get(sweep.id)
    os.utime(path, (1, 1))  # not one that is being made
    assert files.list() == []
    assert not path.exists()


def test_a_sweep_is_deleted_with_its_runs(files: SweepFiles, store: RunStore) -> None:
    sweep = files.create(small())
    with pytest.raises(RunError, match="is being computed; cancel it first"):
        files.delete(sweep.id, local_user())
    for record in sweep.records:
        record.set_state(status="cancelled")
    files.delete(sweep.id, local_user())
    assert store.list() == []
    assert not list(store.runs.glob(f"*{ENDING}"))
    with pytest.raises(RunError, match=rf"There is no sweep {sweep.id} here"):
        files.get(sweep.id)


def test_a_sweep_of_the_gallery_is_only_read(files: SweepFiles, store: RunStore) -> None:
    sweep = files.create(small())
    store.gallery.mkdir()
    for path in [record.folder for record in sweep.records] + [*store.runs.glob(f"*{ENDING}")]:
        path.rename(store.gallery / path.name)
    found = files.get(sweep.id)
    assert found.in_gallery
    with pytest.raises(RunError, match="belongs to the gallery"):
        files.delete(sweep.id, local_user())


def test_a_kill_while_a_sweep_is_made_leaves_a_sweep_that_can_be_resumed(
    files: SweepFiles, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    created = store.create
    count = 0

    class Killed(BaseException):
        pass

    def killed(*arguments: Any, **more: Any) -> RunRecord:
        nonlocal count
        count += 1
        if count == 3:
            raise Killed
        return created(*arguments, **more)

    # As a kill does: without any cleaning up.
    with monkeypatch.context() as patch:
        patch.setattr(store, "create", killed)
        patch.setattr(store, "delete", lambda *_: None)
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(Killed):
            files.create(small())
    (sweep,) = files.list()
    assert len(sweep.records) == 2
    for record in sweep.records:
        record.lease.release()  # of a process that is gone
    assert {record.state.status for record in sweep.records} == {"interrupted"}


def test_sweeps_are_found_where_the_folder_of_runs_is_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files = SweepFiles(RunStore(tmp_path / "link", tmp_path / "gallery", quota=10**9))
    sweep = files.create(small())
    assert [one.id for one in files.list()] == [sweep.id]
    assert len(files.get(sweep.id).records) == 4


def test_only_sweeps_that_name_a_run_are_looked_for(files: SweepFiles) -> None:
    first, second = files.create(small()), files.create(small())
    wanted = {first.records[2].id}
    assert [one.id for one in files.list(naming=wanted)] == [first.id]
    assert files.list(naming=set()) == []
    assert {one.id for one in files.list()} == {first.id, second.id}


def test_the_setting_is_found_though_a_run_went_on(files: SweepFiles) -> None:
    rates = files.create(small(field="learning_rate", values=(0.01, 0.1), seeds=(0,)))
    rates.records[1].change_setting("training", "epochs", 60)
    assert files.get(rates.id).field == "learning_rate"
    seeds = files.create(small(values=(4,), seeds=(0, 1, 2)))
    seeds.records[1].change_setting("training", "epochs", 60)
    assert files.get(seeds.id).field is None
    assert len(comparable(files.get(seeds.id).runs(), None)) == 2
    epochs = {name: value for name, value in SMALL.items() if name != "epochs"}
    lengths = files.create(small(field="epochs", values=(2, 3), others=epochs))
    assert files.get(lengths.id).field == "epochs"
    assert len(comparable(files.get(lengths.id).runs(), "epochs")) == 4


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "x" * 200, "no-such-sweep"])
def test_what_is_no_sweep_is_said_in_a_sentence(files: SweepFiles, name: str) -> None:
    with pytest.raises(RunError, match=r"[Cc]hoose one of the list"):
        files.get(name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b'{"runs": null}',
        b'{"runs": []}',
        b'{"runs": "abc"}',
        b'{"runs": [1, 2]}',
        b'{"runs": ["../../etc"]}',
        b'{"runs": ["a", "a"]}',
        json.dumps({"runs": [f"r{n}" for n in range(46)]}).encode(),
        b"[" * 100_000,
        b'{"runs": ["' + b"x" * 2_000_000 + b'"]}',
    ],
)
def test_a_damaged_file_is_a_sentence_and_harms_no_other(
    files: SweepFiles, store: RunStore, content: bytes
) -> None:
    whole = files.create(small())
    (store.runs / f"broken{ENDING}").write_bytes(content)
    with pytest.raises(RunError, match=r"broken.*(damaged|rule|bytes|MB)"):
        files.get("broken")
    assert [sweep.id for sweep in files.list()] == [whole.id]


def test_a_file_that_is_a_link_is_not_followed(
    files: SweepFiles, store: RunStore, tmp_path: Path
) -> None:
    sweep = files.create(small())
    (secret := tmp_path / "secret").write_text(json.dumps({"runs": [sweep.records[0].id]}))
    os.symlink(secret, store.runs / f"link{ENDING}")
    with pytest.raises(RunError):
        files.get("link")


def test_what_cannot_be_written_leaves_nothing(
    files: SweepFiles, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.sweeps.files.replace_json", full)
    with pytest.raises(RunError, match="No space left on device"):
        files.create(small())
    assert store.list() == []


def test_the_cost_is_that_of_the_last_runs_and_of_the_weights(
    files: SweepFiles, store: RunStore
) -> None:
    plan = small()
    assert estimate(plan, store).seconds is None
    sweep = files.create(plan)
    for record in sweep.records:
        compute(record)
    known = speeds_here("compression", store)
    assert sorted(one.digits_per_second for one in known) == sorted(
        epoch_rows(record)[-1]["images_per_second"] for record in sweep.records
    )
    assert {one.batch_size for one in known} == {50}
    assert speeds_here("vae", store) == []
    speed = np.median([one.digits_per_second for one in known])
    cost = estimate(plan, store)
    # Four runs of two epochs with 1,000 digits, and 10,000 test digits at a third of the time.
    assert cost.seconds == pytest.approx(4 * 2 * (1000 + 10_000 / 3) / speed)
    # Without the sevens among them it takes less.
    held_out = estimate(small(others={**SMALL, "held_out": 7}), store)
    sevens = int((load_digits("train").labels[:1000] == 7).sum())
    assert sevens > 90
    assert held_out.seconds == pytest.approx(4 * 2 * (1000 - sevens + 10_000 / 3) / speed)
    assert held_out.bytes == cost.bytes
    # Nobody knows how fast another batch size or a far larger network is.
    assert estimate(small(others={**SMALL, "batch_size": 8}), store).seconds is None
    assert estimate(small(others={**SMALL, "hidden_dims": [1024, 1024]}), store).seconds is None
    assert estimate(small(field="batch_size", values=(50, 500), others={}), store).seconds is None
    on_disk = sum(
        path.stat().st_size
        for record in sweep.records
        for path in record.folder.glob("*.safetensors")
    )
    assert cost.bytes == pytest.approx(on_disk, rel=0.02)


def test_a_sweep_larger_than_the_disk_is_refused(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "runs", tmp_path / "gallery", quota=10**6)
    with pytest.raises(RunError, match=r"These 4 runs take \d+ MB, and all runs may take 1 MB"):
        check_disk(small(), store)
