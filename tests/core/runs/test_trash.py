"""Deleted runs, which can be brought back for a day."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path

import pytest

from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.runs.trash import KEPT_SECONDS, TRASH
from tests.core.conftest import MakeRun, leftovers
from tests.core.runs import test_store

finished = partial(test_store.finished, visitor="me")


def aged(store: RunStore, run_id: str, seconds: float) -> Path:
    """The run in the trash as if it had been deleted so long ago; its folder."""
    folder = store.trash.get(run_id).folder
    at = int((time.time() - seconds) * 1000)
    return folder.rename(folder.with_name(f"{run_id}@{at}"))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_deleted_run_comes_back_as_it_was(store: RunStore, done: RunRecord) -> None:
    (store.runs).mkdir(parents=True, exist_ok=True)
    folder = done.folder.rename(store.runs / "mine")
    before = content(folder)
    store.discard("mine", local_user())
    assert store.list() == []
    with pytest.raises(RunError, match="There is no run mine here"):
        store.get("mine")
    (deleted,) = store.trash.list()
    assert (deleted.id, deleted.request.title) == ("mine", "Compression")
    assert abs(deleted.deleted_at - time.time()) < 60
    assert store.restore("mine", local_user()).folder == folder
    assert content(folder) == before
    assert store.trash.list() == []
    assert [run.id for run in store.list()] == ["mine"]


def test_what_cannot_be_deleted_is_refused_in_a_sentence(
    store: RunStore, make_run: MakeRun
) -> None:
    waiting = make_run()
    with pytest.raises(RunError, match=f"{waiting.id} is being computed; cancel it first"):
        store.discard(waiting.id, local_user())
    shipped = store.create("train", {}, title="shipped", folder=store.gallery / "shipped")
    shipped.set_state(status="done")
    with pytest.raises(RunError, match="belongs to the gallery, which is only read"):
        store.discard("shipped", local_user())
    with pytest.raises(RunError, match="There is no run nobody here"):
        store.discard("nobody", local_user())
    with pytest.raises(RunError, match="is not the name of a run"):
        store.discard("../gallery/shipped", local_user())
    assert {run.id for run in store.list()} == {waiting.id, "shipped"}
    assert store.trash.list() == []


def test_after_a_day_a_deletion_cannot_be_undone_and_the_room_is_free(store: RunStore) -> None:
    old, young = finished(store, "old"), finished(store, "young")
    for record in (old, young):
        store.discard(record.id, local_user())
    folder = aged(store, old.id, KEPT_SECONDS + 60)
    aged(store, young.id, KEPT_SECONDS - 60)
    assert [run.id for run in store.trash.list()] == [young.id]
    with pytest.raises(RunError, match="is not among the deleted runs: a day is over"):
        store.restore(old.id, local_user())
    assert folder.is_dir(), "nobody has cleaned up yet"
    store.make_room()
    assert not folder.exists()
    assert [run.id for run in store.trash.list()] == [young.id]


def test_the_next_deletion_clears_what_is_older_than_a_day(store: RunStore) -> None:
    old, new = finished(store, "old"), finished(store, "new")
    store.discard(old.id, local_user())
    folder = aged(store, old.id, KEPT_SECONDS + 60)
    store.discard(new.id, local_user())
    assert not folder.exists()


def test_the_trash_outlives_the_clearing_of_remains(store: RunStore) -> None:
    record = finished(store, "kept")
    store.discard(record.id, local_user())
    store.stars.change("me", ["x"], starred=True, known=["x"])
    for name in (TRASH, ".stars"):
        os.utime(store.runs / name, (time.time() - 7200, time.time() - 7200))
    store.make_room()
    assert [run.id for run in store.trash.list()] == [record.id]
    assert store.stars.of("me") == {"x"}


def test_deleted_runs_count_towards_the_quota_and_give_way_first(store: RunStore) -> None:
    first, second, kept = (finished(store, name, size=400_000) for name in ("a", "b", "c"))
    store.discard(first.id, local_user())
    aged(store, first.id, 60)
    store.discard(second.id, local_user())
    assert store.trash.size() > 800_000
    store.quota = 1_000_000
    store.make_room()
    assert [run.id for run in store.trash.list()] == [second.id], "the first deleted goes first"
    assert [run.id for run in store.list()] == [kept.id]
    store.quota = 500_000
    store.make_room()
    assert store.trash.list() == []
    assert [run.id for run in store.list()] == [kept.id], "no run gives way for a deleted one"


def test_a_run_does_not_take_the_place_of_another(store: RunStore) -> None:
    record = finished(store, "first")
    store.discard(record.id, local_user())
    again = store.create("train", {}, title="another", folder=store.runs / record.id)
    again.set_state(status="done")
    with pytest.raises(RunError, match="there is another run of this name"):
        store.restore(record.id, local_user())
    assert store.get(record.id).request.title == "another"
    time.sleep(0.002)  # the name of a deleted run has milliseconds
    store.discard(record.id, local_user())
    assert store.restore(record.id, local_user()).request.title == "another", "the last one deleted"


def test_a_run_is_deleted_for_good(store: RunStore) -> None:
    record = finished(store, "gone")
    store.discard(record.id, local_user())
    store.trash.remove(record.id, local_user())
    assert list((store.runs / TRASH).iterdir()) == []
    with pytest.raises(RunError, match="is not among the deleted runs"):
        store.trash.remove(record.id, local_user())


def test_odd_things_in_the_trash_are_left_alone(store: RunStore, tmp_path: Path) -> None:
    record = finished(store, "kept")
    store.discard(record.id, local_user())
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "dear.txt").write_text("dear")
    now = int(time.time() * 1000)
    for name in (f"link@{now}", "link@1"):
        (store.runs / TRASH / name).symlink_to(outside)
    for name in ("no-time", f"..@{now}", f".hidden@{now}", f"damaged@{now}", "x@99999999999999999"):
        (store.runs / TRASH / name).mkdir()
    assert [run.id for run in store.trash.list()] == [record.id]
    store.trash.clear()
    store.trash.remove_oldest(10**12)
    assert (outside / "dear.txt").read_text() == "dear"
    with pytest.raises(RunError, match="is not among the deleted runs"):
        store.restore("link", local_user())


def test_a_trash_that_is_a_link_takes_nothing(store: RunStore, tmp_path: Path) -> None:
    record = finished(store, "mine")
    outside = tmp_path / "outside"
    outside.mkdir()
    (store.runs / TRASH).symlink_to(outside)
    with pytest.raises(RunError, match="could not be deleted"):
        store.discard(record.id, local_user())
    assert [run.id for run in store.list()] == [record.id]
    assert list(outside.iterdir()) == []
    assert store.trash.list() == []


def test_a_run_that_is_deleted_twice_at_once_is_deleted_once(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = finished(store, "mine")
    take_in = store.trash.take_in

    def slower(folder: Path) -> None:
        take_in(folder)  # another visitor's tab
        take_in(folder)

    monkeypatch.setattr(store.trash, "take_in", slower)
    store.discard(record.id, local_user())
    assert [run.id for run in store.trash.list()] == [record.id]
    assert leftovers(store.runs) == [TRASH]
