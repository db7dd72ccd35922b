"""Folders that the list of runs leaves out: what is said of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.runs.folders import is_run_id
from core.runs.left_out import left_out
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore

ODD_NAMES = {
    "my run copied": "my-run-copied",
    "vae (1)": "vae-1",
    "数字": "run",
    "-begins-with-a-dash": "begins-with-a-dash",
    "é": "run",
    "x" * 81: "x" * 70,
    "two\nlines": "two-lines",
}


def made(store: RunStore, name: str) -> RunRecord:
    record = store.create("train", {}, title=name, folder=store.runs / name)
    record.set_state(status="done")
    return record


def test_there_is_nothing_to_say_of_runs_and_hidden_folders(store: RunStore) -> None:
    assert left_out(store) == [], "there are no folders yet"
    whole = made(store, "whole")
    for name in (".whole.deleted", ".whole.1234", "lost+found"):
        shutil.copytree(whole.folder, store.runs / name)
    (store.runs / "notes.txt").write_text("a file")
    (store.runs / "my notes.txt").write_text("a file")
    store.create("train", {}, title="shipped", folder=store.gallery / "shipped")
    assert left_out(store) == []
    assert left_out(RunStore()) == [], "the gallery that ships, and no runs"


@pytest.mark.parametrize(("name", "better"), ODD_NAMES.items())
def test_a_name_that_no_run_can_have_is_told(store: RunStore, name: str, better: str) -> None:
    whole = made(store, "whole")
    shutil.copytree(whole.folder, store.runs / name)
    (said,) = left_out(store)
    assert said.endswith(f"Rename it, for example to {better}.")
    assert "\n" not in said
    assert len(said) < 350
    assert [run.id for run in store.list()] == ["whole"], "it is harmless"
    (store.runs / name).rename(store.runs / better)
    assert left_out(store) == []
    assert {run.id for run in store.list()} == {"whole", better}, "the advice helps"


def test_a_name_that_is_taken_is_not_advised(store: RunStore) -> None:
    for name in ("a-b", "a-b-2"):
        made(store, name)
    shutil.copytree(store.runs / "a-b", store.runs / "a b")
    assert left_out(store)[0].endswith("for example to a-b-3.")


def test_a_folder_without_a_readable_run_is_told(store: RunStore) -> None:
    for name, content in {
        "half": None,
        "torn": b'{"kind": "tr',
        "wrong": b'{"kind": "train", "title": "x", "settings": {}, "created_at": "now"}',
    }.items():
        (store.runs / name).mkdir(parents=True)
        if content is not None:
            (store.runs / name / "run.json").write_bytes(content)
    said = left_out(store)
    assert [sentence.split()[1] for sentence in said] == ["half", "torn", "wrong"]
    assert all("Choose another run, or start a new one." in sentence for sentence in said)
    assert store.list() == []


@pytest.mark.parametrize("file", ["run.json", "state.json"])
def test_a_folder_that_may_not_be_read_is_told(
    file: str, store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, locked = made(store, "whole"), made(store, "locked")
    os_open = os.open

    def refusing(path: Any, *rest: Any, **named: Any) -> int:
        if path == locked.folder / file:
            raise PermissionError(13, "Permission denied")
        return os_open(path, *rest, **named)

    # Not by the file's mode, which does not stop an administrator.
    monkeypatch.setattr(os, "open", refusing)
    store = RunStore(store.runs, store.gallery)
    assert [run.id for run in store.list()] == [whole.id]
    assert left_out(store) == [
        "Run locked cannot be read (Permission denied). Allow the lab to read its folder, or "
        "choose another run."
    ]
    if file == "run.json":
        with pytest.raises(RunError, match="Run locked cannot be read"):
            store.get("locked")


def test_a_folder_of_runs_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    store = RunStore(tmp_path / "runs", tmp_path / "gallery")
    assert store.list() == []
    assert left_out(store) == [
        "The folder of all runs, runs, cannot be read (Not a directory). Ask whoever runs the lab "
        "to allow it."
    ]
    with pytest.raises(RunError, match="There is no run vae here"):
        store.get("vae")


def test_ids_are_names_that_are_safe_everywhere() -> None:
    assert all(is_run_id(name) for name in ("vae", "20260101-000000-x-ab12", "My_run.2", "0"))
    assert not any(is_run_id(name) for name in ("", ".", "..", ".x", "a/b", "a b", "a\n", "é"))
