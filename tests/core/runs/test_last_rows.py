"""The last rows of many histories."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.runs import last_rows as module
from core.runs.last_rows import LastRows
from core.runs.record import HISTORY, RunRecord
from core.runs.store import RunStore


@pytest.fixture
def run(store: RunStore) -> RunRecord:
    return store.create("train", {}, title="run")


def write(record: RunRecord, *rows: dict[str, Any], torn: str = "") -> Path:
    path = record.folder / HISTORY
    with path.open("a") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
        file.write(torn)
    return path


def epochs() -> LastRows:
    return LastRows(lambda row: row.get("event") == "epoch")


def test_the_last_row_of_a_kind_is_found_and_follows_the_file(run: RunRecord) -> None:
    rows = epochs()
    assert rows.get(str(run.folder)) is None
    write(run, {"event": "epoch", "epoch": 1}, {"event": "step"}, torn='{"event": "epoch", "ep')
    assert rows.get(str(run.folder)) == {"event": "epoch", "epoch": 1}
    write(run, torn='och": 2}\n')
    assert rows.get(str(run.folder)) == {"event": "epoch", "epoch": 2}
    (run.folder / HISTORY).unlink()
    assert rows.get(str(run.folder)) is None


def test_a_file_that_has_not_changed_is_not_read_again(
    run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(run, {"event": "epoch", "epoch": 1})
    rows = epochs()
    assert rows.get(str(run.folder))
    monkeypatch.setattr(module, "open_file", lambda path: pytest.fail("it was opened"))
    assert rows.get(str(run.folder)) == {"event": "epoch", "epoch": 1}


def test_only_the_end_of_a_long_history_is_read(
    run: RunRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    filler = [{"event": "step", "x": "y" * 1000}] * 40
    write(run, {"event": "epoch", "epoch": 1}, *filler)
    assert epochs().get(str(run.folder)) == {"event": "epoch", "epoch": 1}, "within the larger part"
    write(run, *filler * 10)
    assert epochs().get(str(run.folder)) is None, "too far from the end"
    write(run, {"event": "epoch", "epoch": 2})
    assert epochs().get(str(run.folder)) == {"event": "epoch", "epoch": 2}


@pytest.mark.parametrize("line", ["no json", "[1]", '"epoch"', "[" * 100_000])
def test_a_damaged_history_has_no_row(run: RunRecord, line: str) -> None:
    write(run, {"event": "epoch", "epoch": 1}, torn=f"{line}\n")
    assert epochs().get(str(run.folder)) in (None, {"event": "epoch", "epoch": 1})


def test_a_history_that_is_a_pipe_or_a_link_is_not_opened(run: RunRecord, tmp_path: Path) -> None:
    os.mkfifo(run.folder / HISTORY)
    assert epochs().get(str(run.folder)) is None
    (run.folder / HISTORY).unlink()
    (tmp_path / "outside").write_text('{"event": "epoch"}\n')
    (run.folder / HISTORY).symlink_to(tmp_path / "outside")
    assert epochs().get(str(run.folder)) is None


def test_rows_of_runs_that_are_gone_are_forgotten(run: RunRecord) -> None:
    write(run, {"event": "epoch"})
    rows = epochs()
    rows.get(str(run.folder))
    rows.forget_all_but([str(run.folder)])
    assert len(rows._known) == 1
    rows.forget_all_but([])
    assert rows._known == {}
