"""Names and notes that visitors give to runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.runs.notes import LONGEST_NOTE, read_note, write_note
from core.runs.record import NOTE, RunError, RunRecord
from core.runs.rights import local_user
from core.runs.state import LONGEST_TITLE
from core.runs.store import RunStore
from core.runs.titles import rename
from tests.core.conftest import MakeRun


@pytest.fixture
def run(make_run: MakeRun) -> RunRecord:
    record = make_run()
    record.set_state(status="done")
    return record


def test_a_run_gets_another_name_and_keeps_all_else(store: RunStore, run: RunRecord) -> None:
    before = json.loads((run.folder / "run.json").read_text())
    assert (
        rename(store.get(run.id), "  Two\n numbers,  β = 0.1  ", local_user())
        == "Two numbers, β = 0.1"
    )
    assert json.loads((run.folder / "run.json").read_text()) == {
        **before,
        "title": "Two numbers, β = 0.1",
    }
    assert [each.request.title for each in store.list()] == ["Two numbers, β = 0.1"]


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "A run needs a name"),
        (" \n\t ", "A run needs a name"),
        ("x" * (LONGEST_TITLE + 1), "has 201 characters, and may have at most 200"),
        ("abc\u202egnp.exe", r"has the character U\+202E, which is not printed"),
        ("a\0b", r"has the character U\+0000"),
    ],
)
def test_what_cannot_be_a_name_is_refused(run: RunRecord, title: str, sentence: str) -> None:
    before = (run.folder / "run.json").read_bytes()
    with pytest.raises(RunError, match=sentence):
        rename(run, title, local_user())
    assert (run.folder / "run.json").read_bytes() == before


def test_a_name_outlives_who_changes_another_part_of_the_request(run: RunRecord) -> None:
    worker = RunRecord(run.folder)
    rename(run, "mine", local_user())
    worker.change_request(versions={"python": "3"})
    assert RunRecord(run.folder).request.title == "mine"
    assert RunRecord(run.folder).request.versions == {"python": "3"}


def test_a_run_that_is_gone_is_not_named(store: RunStore, run: RunRecord) -> None:
    store.delete(run.id, local_user())
    with pytest.raises(RunError, match="was deleted"):
        rename(run, "mine", local_user())
    with pytest.raises(RunError, match="could not be saved"):
        write_note(run, "a note", local_user())
    assert not run.folder.exists()


def test_a_note_is_kept_and_removed(run: RunRecord) -> None:
    assert read_note(run) == ""
    write_note(run, "  # Why\r\n\r\nThe *KL* fell: Ødegård.\a\u202e\n", local_user())
    assert read_note(run) == "# Why\n\nThe *KL* fell: Ødegård."
    assert (run.folder / NOTE).read_bytes().endswith("Ødegård.\n".encode())
    write_note(run, " ", local_user())
    assert not (run.folder / NOTE).exists()
    write_note(run, "", local_user())
    assert read_note(run) == ""


def test_a_note_is_bounded(run: RunRecord) -> None:
    write_note(run, "手" * LONGEST_NOTE, local_user())
    assert len(read_note(run)) == LONGEST_NOTE
    with pytest.raises(RunError, match="has 10,001 characters, and may have at most 10,000"):
        write_note(run, "x" * (LONGEST_NOTE + 1), local_user())
    assert read_note(run).startswith("手")
    assert RunRecord(run.folder), "the largest note breaks no rule of a run's folder"


def test_a_note_of_somebody_else_is_not_trusted(run: RunRecord, tmp_path: Path) -> None:
    (run.folder / NOTE).write_bytes(b"\xff\xfe ok \x00" + b"y" * 40_000)
    note = read_note(run)
    assert note.startswith("\ufffd\ufffd ok")
    assert len(note) <= LONGEST_NOTE
    (run.folder / NOTE).write_bytes(b"y" * 60_000)
    with pytest.raises(RunError, match="has 60,000 bytes, and may have at most 50,000"):
        read_note(run)
    (run.folder / NOTE).unlink()
    (tmp_path / "secret").write_text("secret")
    (run.folder / NOTE).symlink_to(tmp_path / "secret")
    with pytest.raises(RunError, match="it is a link"):
        read_note(run)
    write_note(run, "mine", local_user())
    assert (tmp_path / "secret").read_text() == "secret"
    assert read_note(run) == "mine"
