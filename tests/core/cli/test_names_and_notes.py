"""`python -m core rename` and `note`."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.__main__ import main
from core.runs.record import RunRecord
from core.runs.store import RunStore
from tests.core.conftest import MakeRun

Capture = pytest.CaptureFixture[str]


def test_a_run_is_named_and_noted_on_by_folder_and_by_name(
    make_run: MakeRun, tmp_path: Path, store: RunStore, capsys: Capture
) -> None:
    elsewhere, listed = make_run(tmp_path / "mine"), make_run()
    for run in (str(elsewhere.folder), listed.id):
        assert main(["rename", run, " Two  numbers "]) == 0
        assert main(["note", run, "It **fell**."]) == 0
        assert capsys.readouterr().out == "Two numbers\n"
        assert main(["note", run]) == 0
        assert capsys.readouterr().out == "It **fell**.\n"
    assert RunRecord(elsewhere.folder).request.title == "Two numbers"
    assert [run.request.title for run in store.list()] == ["Two numbers"]
    assert main(["note", listed.id, ""]) == 0
    assert not (listed.folder / "note.md").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rename", "compression", "mine"], "compression belongs to the gallery, which is only"),
        (["note", "compression", "mine"], "compression belongs to the gallery, which is only read"),
        (["rename", "nobody", "mine"], "There is no run nobody here"),
        (["note", "../nobody"], "is not the name of a run"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    store: RunStore, arguments: list[str], sentence: str, capsys: Capture
) -> None:
    before = RunStore().get("compression").request
    assert main(arguments) == 1
    assert sentence in capsys.readouterr().err
    assert RunStore().get("compression").request == before


def test_a_name_that_cannot_be_is_refused(make_run: MakeRun, capsys: Capture) -> None:
    record = make_run()
    assert main(["rename", record.id, "x" * 201]) == 1
    assert "has 201 characters, and may have at most 200" in capsys.readouterr().err
    assert RunRecord(record.folder).request.title == "Compression"
