"""What all exports share, and the command that makes them."""

from __future__ import annotations

import argparse
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.cli.export import add_export_command
from core.export import write_csv, write_gif, write_html, write_zip
from core.runs.record import RunError, RunRecord
from core.tsne.recording import load_recording
from tests.core.conftest import leftovers
from tests.core.export.reading import Page, colored, frames_of, table
from tests.support.recorded_run import DIGITS, diverge

WRITERS: dict[str, Callable[[RunRecord, Path], None]] = {
    "csv": write_csv,
    "gif": write_gif,
    "html": write_html,
    "zip": write_zip,
}


def test_a_run_that_is_being_written_can_be_exported(half: RunRecord, tmp_path: Path) -> None:
    for kind, write in WRITERS.items():
        write(half, tmp_path / f"half.{kind}")
    recording = load_recording(half)
    rows = table(tmp_path / "half.csv")
    last = np.array([[row["sgd_x"], row["sgd_y"]] for row in rows], np.float32)
    assert np.array_equal(last, recording.positions[12, 0])
    assert len(frames_of(tmp_path / "half.gif")) == 13
    page = Page((tmp_path / "half.html").read_text())
    assert json.loads(page.text["scriptapplication/json"])["iterations"][-1] == 12
    with zipfile.ZipFile(tmp_path / "half.zip") as archive:
        archive.extractall(tmp_path / "copy")
    copy = RunRecord(tmp_path / "copy" / "half" / "run")
    assert copy.state.status == "interrupted"
    assert len(load_recording(copy).iterations) == 13


def test_a_run_with_a_diverged_map_can_be_exported(half: RunRecord, tmp_path: Path) -> None:
    for name in ("sgd", "adam"):
        diverge(half, name, first=5)
    for kind, write in WRITERS.items():
        write(half, tmp_path / f"diverged.{kind}")
    assert table(tmp_path / "diverged.csv")[0]["adam_y"] == "nan"
    assert colored(frames_of(tmp_path / "diverged.gif")[0][46:446]) > DIGITS
    assert colored(frames_of(tmp_path / "diverged.gif")[-1][46:446]) == 0


@pytest.mark.parametrize("kind", WRITERS)
def test_where_nothing_can_be_written_is_told_in_a_sentence(
    record: RunRecord, tmp_path: Path, kind: str
) -> None:
    with pytest.raises(RunError, match="could not be written"):
        WRITERS[kind](record, tmp_path / "no-folder" / f"file.{kind}")


@pytest.mark.parametrize("kind", WRITERS)
def test_a_failure_leaves_the_old_file(half: RunRecord, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"file.{kind}"
    path.write_text("as it was")
    (half.folder / "history.jsonl").unlink()
    (half.folder / "run.json").unlink()
    with pytest.raises(RunError):
        WRITERS[kind](half, path)
    assert path.read_text() == "as it was"
    assert leftovers(tmp_path) == []


def _command(*arguments: str | Path) -> int:
    parser = argparse.ArgumentParser()
    add_export_command(parser.add_subparsers(required=True))
    options = parser.parse_args(["export", *map(str, arguments)])
    return options.command(options)


def test_the_command_writes_what_it_is_asked_for(
    record: RunRecord, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = {kind: tmp_path / f"run.{kind}" for kind in WRITERS}
    named = [text for kind, path in targets.items() for text in (f"--{kind}", path)]
    assert _command(record.folder, *named, "--only", "adam", "--frames", "3", "--size", "200") == 0
    assert capsys.readouterr().out.split() == [str(path) for path in targets.values()]
    assert len(table(targets["csv"])) == DIGITS
    assert [frame.shape[1] for frame in frames_of(targets["gif"])] == [14 + 200 + 14] * 3
    assert "</html>" in targets["html"].read_text()
    assert zipfile.is_zipfile(targets["zip"])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name one with --csv"),
        (["--csv", "map.csv", "--only", "sgd"], "name its file with --gif"),
        (["--gif", "map.gif", "--only", "adagrad"], "adagrad is not an optimiser"),
    ],
)
def test_the_command_says_what_it_needs(
    record: RunRecord, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(RunError, match=sentence):
        _command(record.folder, *arguments)
