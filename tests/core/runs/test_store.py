"""The folders of all runs."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from core.runs.new_run import new_id
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.state import Status
from core.runs.store import RunStore
from tests.core.conftest import MakeRun


def finished(
    store: RunStore, title: str, *, size: int = 0, status: Status = "done", visitor: str = ""
) -> RunRecord:
    record = store.create("train", {}, title=title, visitor=visitor)
    record.set_state(status=status)
    (record.folder / "epoch-000.safetensors").write_bytes(os.urandom(size))
    return record


def in_gallery(store: RunStore, name: str) -> RunRecord:
    record = store.create("train", {}, title=name, folder=store.gallery / name)
    record.set_state(status="done")
    return record


def test_a_new_run_is_pending_and_says_what_was_asked_for(store: RunStore) -> None:
    record = store.create("train", {"model": "x"}, title="My Run, Ødegård!", visitor="me")
    assert record.folder.parent == store.runs
    assert "-my-run-deg-rd-" in record.id
    assert record.state.status == "pending"
    again = store.get(record.id)
    assert (again.request.title, again.request.visitor) == ("My Run, Ødegård!", "me")
    assert again.request.settings == {"model": "x"}
    assert again.request.versions is not None
    assert again.request.versions.keys() == {"python", "torch", "cpu"}


def test_ids_differ_even_within_a_second(store: RunStore) -> None:
    ids = {store.create("train", {}, title="手").id for _ in range(20)}
    assert len(ids) == 20
    assert {run.id for run in store.list()} == ids
    assert len({new_id("train", "手") for _ in range(2000)}) == 2000


@pytest.mark.parametrize(
    "run_id",
    [
        "",
        ".",
        "..",
        "../outside",
        "..%2foutside",
        "a/b",
        "a\\b",
        "/etc/passwd",
        ".hidden",
        "a\0b",
        "a b",
        "a\n",
        "é",
        "x" * 81,
        "<script>alert(1)</script>",
    ],
)
def test_odd_ids_are_refused_in_a_sentence(store: RunStore, run_id: str) -> None:
    store.create("train", {}, title="outside", folder=store.runs.parent / "outside")
    store.create("train", {}, title="hidden", folder=store.runs / ".hidden")
    with pytest.raises(RunError, match="is not the name of a run; choose one from the list") as e:
        store.get(run_id)
    assert len(str(e.value)) < 250
    with pytest.raises(RunError):
        store.delete(run_id, local_user())


def test_an_unknown_and_a_deleted_run_end_in_a_sentence(store: RunStore) -> None:
    with pytest.raises(RunError, match="There is no run nobody-made-it here: it was deleted"):
        store.get("nobody-made-it")
    record = finished(store, "gone")
    store.get(record.id)
    store.delete(record.id, local_user())
    with pytest.raises(RunError, match=f"There is no run {record.id} here"):
        store.get(record.id)
    assert store.list() == []
    assert os.listdir(store.runs) == []


def test_the_gallery_comes_first_then_the_newest(store: RunStore) -> None:
    assert store.list() == [], "there are no folders yet"
    older, newer = finished(store, "older"), finished(store, "newer")
    in_gallery(store, "shipped")
    runs = store.list()
    assert [run.id for run in runs] == ["shipped", newer.id, older.id]
    assert [run.in_gallery for run in runs] == [True, False, False]
    assert store.get("shipped").folder.parent == store.gallery


def test_a_list_of_one_kind(store: RunStore) -> None:
    store.create("tsne", {}, title="map")
    training = store.create("train", {}, title="training")
    assert [run.id for run in store.list("train")] == [training.id]


def test_the_active_runs_in_the_order_of_their_turn(store: RunStore) -> None:
    first, second = (store.create("train", {}, title=title) for title in ("first", "second"))
    finished(store, "finished")
    running = store.create("train", {}, title="running")
    running.set_state(status="running")
    first.set_state(submitted_at=second.state.submitted_at + 1)  # it was resumed later
    assert [run.id for run in store.active()] == [running.id, second.id, first.id]


def test_broken_folders_are_left_out_of_lists(store: RunStore) -> None:
    whole = finished(store, "whole")
    for name, content in {
        "half": None,
        "torn": b'{"kind": "tr',
        "wrong": b'{"kind": "train", "title": "x", "settings": {}, "created_at": "now"}',
    }.items():
        (store.runs / name).mkdir()
        if content is not None:
            (store.runs / name / "run.json").write_bytes(content)
        with pytest.raises(RunError, match="Choose another run, or start a new one"):
            store.get(name)
    (store.runs / "folder" / "run.json").mkdir(parents=True)
    (store.runs / "file").write_bytes(b"")
    shutil.copytree(whole.folder, store.runs / ".being-made")
    shutil.copytree(whole.folder, store.runs / "odd name")
    assert [run.id for run in store.list()] == [whole.id]


def test_a_folder_that_a_person_has_named_is_a_run(store: RunStore) -> None:
    store.create("train", {}, title="x", folder=store.runs / "My_run.2")
    assert [run.id for run in store.list()] == ["My_run.2"]
    assert store.get("My_run.2").request.title == "x"


def test_a_run_that_is_replaced_is_read_again(store: RunStore) -> None:
    folder = store.runs / "run"
    store.create("train", {}, title="first", folder=folder)
    assert store.get("run").request.title == "first"
    assert store.get("run") is store.get("run"), "it is read at every look"
    shutil.rmtree(folder)
    store.create("train", {}, title="second", folder=folder)
    os.utime(folder / "run.json", ns=(1, 1))  # a clock that is too coarse would hide it
    assert store.get("run").request.title == "second"


def test_a_run_can_be_made_in_a_new_or_empty_folder_only(store: RunStore, tmp_path: Path) -> None:
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.mkdir()
    full.mkdir()
    (full / "thesis.txt").write_text("years of work")
    assert store.create("train", {}, title="x", folder=empty).folder == empty
    for taken in (full, empty):
        with pytest.raises(RunError, match="is not empty; name a new folder"):
            store.create("train", {}, title="x", folder=taken)
    assert os.listdir(full) == ["thesis.txt"]
    nested = tmp_path / "not" / "yet" / "there"
    assert store.create("train", {}, title="x", folder=nested).state.status == "pending"
    with pytest.raises(RunError, match="could not be written"):
        store.create("train", {}, title="x", folder=full / "thesis.txt" / "run")
    with pytest.raises(RunError, match="could not be written"):
        store.create("train", {}, title="x", folder=full / "thesis.txt")
    assert (full / "thesis.txt").read_text() == "years of work"
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_the_folder_that_one_is_in_will_do(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert store.create("train", {}, title="x", folder=Path(".")).id == "here"
    assert (here / "run.json").exists()


def test_what_is_active_or_in_the_gallery_is_not_deleted(
    store: RunStore, make_run: MakeRun
) -> None:
    waiting = make_run()
    with pytest.raises(RunError, match="is being computed; cancel it first"):
        store.delete(waiting.id, local_user())
    waiting.set_state(status="running")
    with pytest.raises(RunError, match="is being computed; cancel it first"):
        store.delete(waiting.id, local_user())
    in_gallery(store, "shipped")
    with pytest.raises(RunError, match="shipped belongs to the gallery, which is only read"):
        store.delete("shipped", local_user())
    assert len(store.list()) == 2
    waiting.set_state(status="cancelled")
    store.delete(waiting.id, local_user())
    assert [run.id for run in store.list()] == ["shipped"]


def test_the_oldest_ended_runs_give_way_but_nothing_that_may_go_on(store: RunStore) -> None:
    oldest = finished(store, "oldest", size=40_000, status="running")
    old = finished(store, "old", size=40_000)
    newer = finished(store, "newer", size=40_000, status="paused")
    newest = finished(store, "newest", size=40_000)
    gallery = in_gallery(store, "shipped")
    store.quota = 170_000  # three of them, in blocks of 4,096 bytes
    added = store.create("train", {}, title="added")
    ids = {run.id for run in store.list()}
    assert ids == {oldest.id, newer.id, newest.id, gallery.id, added.id}
    assert not old.folder.exists()
    store.quota = 90_000
    store.create("train", {}, title="elsewhere", folder=newest.folder.parent.parent / "elsewhere")
    assert newest.folder.exists(), "what is kept elsewhere takes no room here"
    store.create("train", {}, title="last")
    titles = {run.request.title for run in store.list()}
    assert titles == {"oldest", "newer", "added", "last", "shipped"}
    store.quota = 10_000
    with pytest.raises(RunError, match=r"interrupted runs take 0\.\d MB more than the 0\.0 MB"):
        store.create("train", {}, title="one more")
    assert {run.request.title for run in store.list()} == titles


def test_a_visitor_s_own_oldest_runs_give_way_first(store: RunStore) -> None:
    others = [finished(store, title, size=40_000) for title in ("old", "new")]
    mine = [finished(store, title, size=40_000, visitor="me") for title in ("mine", "my last")]
    store.quota = 180_000  # a run takes up some blocks more than its weights
    store.create("train", {}, title="added", visitor="me")
    assert {run.request.title for run in store.list()} == {"old", "new", "my last", "added"}
    store.quota = 80_000
    store.create("train", {}, title="added", visitor="me")
    assert not mine[1].folder.exists()
    assert not others[0].folder.exists()
    assert others[1].folder.exists()


def test_what_a_killed_server_left_half_made_is_removed(store: RunStore) -> None:
    finished(store, "old", size=1000)
    remains, recent = store.runs / ".run.deleted", store.runs / ".run.12345678"
    for folder in (remains, recent):
        folder.mkdir()
        (folder / "weights").write_bytes(b"half")
    an_hour_ago = time.time() - 3601
    os.utime(remains, (an_hour_ago, an_hour_ago))
    store.create("train", {}, title="new")
    assert not remains.exists()
    assert recent.exists(), "another server may be making it"


def test_runs_that_are_removed_by_hand_are_forgotten(store: RunStore) -> None:
    kept, gone = finished(store, "kept", size=10), finished(store, "gone", size=10)
    assert len(store.list()) == 2
    shutil.rmtree(gone.folder)
    assert [run.id for run in store.list()] == [kept.id]
    assert gone.folder not in store._records


def test_odd_folders_do_not_stand_in_the_way_of_new_runs(store: RunStore) -> None:
    shutil.copytree(finished(store, "old", size=1000).folder, store.runs / "odd name")
    (store.runs / "broken").mkdir()
    store.quota = 0
    assert store.create("train", {}, title="new").state.status == "pending"
    assert (store.runs / "odd name").exists(), "what is not ours is not deleted"


def test_files_that_come_and_go_do_not_stand_in_the_way_of_new_runs(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A run that is being computed writes files beside and renames them all the time.
    old = finished(store, "old", size=40_000)
    computed = finished(store, "computed", size=40_000, status="running")
    passing = computed.folder / ".state.json.12345678"
    scandir = os.scandir

    class Scan:
        def __init__(self, folder: Path) -> None:
            passing.touch()
            with scandir(folder) as entries:
                self.entries = sorted(entries, key=lambda entry: entry.name)
            passing.unlink()

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None: ...

    store.quota = 60_000
    monkeypatch.setattr("core.runs.store.os.scandir", Scan)
    store.create("train", {}, title="new")
    monkeypatch.undo()
    assert {run.request.title for run in store.list()} == {"computed", "new"}
    assert not old.folder.exists()


def test_a_quota_that_is_no_number_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_QUOTA_MB", "0.5")
    assert RunStore(tmp_path).quota == 500_000
    for text in ("much", "inf", "nan"):
        monkeypatch.setenv("LATENT_LAB_QUOTA_MB", text)
        with pytest.raises(ValueError, match=rf"LATENT_LAB_QUOTA_MB \(={text}\) must be a number"):
            RunStore(tmp_path)
