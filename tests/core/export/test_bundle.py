"""A run's folder as a zip file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from core.export import bundle_size, write_zip, zip_parts
from core.runs.errors import RunError
from core.runs.record import RunRecord
from core.tsne.recording import load_recording
from tests.core.conftest import MakeRun
from tests.support.recorded_run import DIGITS, record_run


def test_zip_is_the_run_again(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", visitor="a visitor's secret")
    assert (record.folder / "checkpoint.safetensors").exists()
    (record.folder / "control").write_text("pause")
    (record.folder / "lease.json").write_text("{}")
    (record.folder / "code-worth.json").write_text("{}")
    (record.folder / ".history.jsonl.1234").write_text("about to be renamed")
    write_zip(record, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert archive.testzip() is None
        archive.extractall(tmp_path / "elsewhere")
    copy = RunRecord(tmp_path / "elsewhere" / "run")
    files = {path.name for path in copy.folder.iterdir()}
    assert files == {
        "checkpoint.safetensors",
        "code-worth.json",
        "frames.f16",
        "history.jsonl",
        "points.safetensors",
        "positions.safetensors",
        "run.json",
        "state.json",
    }
    for name in files - {"run.json"}:
        assert (copy.folder / name).read_bytes() == (record.folder / name).read_bytes()
    assert copy.request.visitor == ""
    assert copy.request.settings == record.request.settings
    assert copy.state.status == "done"
    assert np.array_equal(load_recording(copy).positions, load_recording(record).positions)


def test_what_was_unpacked_goes_on_from_where_it_was(tmp_path: Path) -> None:
    half = record_run(tmp_path / "half", iterations=80, until=60)
    write_zip(half, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        archive.extractall(tmp_path / "elsewhere")
    copy = RunRecord(tmp_path / "elsewhere" / "half")
    assert copy.state.status == "interrupted"
    assert copy.rewind_to_checkpoint() is not None
    assert [row["iteration"] for row in copy.history()] == list(range(51))
    frames = copy.read_bytes("frames.f16")
    assert len(frames) == 51 * 2 * DIGITS * 2 * 2
    assert half.read_bytes("frames.f16").startswith(frames)


def test_zip_holds_a_training_and_follows_no_links(tmp_path: Path, make_run: MakeRun) -> None:
    record = make_run()
    (tmp_path / "private").write_text("not of this run")
    (record.folder / "link").symlink_to(tmp_path / "private")
    write_zip(record, tmp_path / "training.zip")
    with zipfile.ZipFile(tmp_path / "training.zip") as archive:
        names = sorted(archive.namelist())
    assert names == [f"{record.id}/run.json", f"{record.id}/state.json"]


def test_zip_in_its_own_folder_does_not_hold_itself(half: RunRecord) -> None:
    for _ in range(2):
        write_zip(half, half.folder / "bundle.zip")
    with zipfile.ZipFile(half.folder / "bundle.zip") as archive:
        assert f"{half.id}/bundle.zip" not in archive.namelist()


def test_parts_are_read_while_they_are_taken(tmp_path: Path, make_run: MakeRun) -> None:
    record = make_run()
    weights = record.folder / "epoch-001.safetensors"
    weights.write_bytes(bytes(3_000_000))
    parts = zip_parts(record)
    first = next(parts)
    assert len(first) < 1_100_000
    weights.unlink()  # what is open is still read
    whole = first + b"".join(parts)
    (tmp_path / "run.zip").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert archive.testzip() is None
        assert archive.read(f"{record.id}/epoch-001.safetensors") == bytes(3_000_000)


def test_a_size_is_told_before(half: RunRecord, tmp_path: Path) -> None:
    write_zip(half, tmp_path / "run.zip")
    size = (tmp_path / "run.zip").stat().st_size
    assert bundle_size(half) == pytest.approx(size, rel=0.1)
    half.folder.rename(tmp_path / "gone")
    assert bundle_size(half) == 0


@pytest.mark.parametrize(
    ("name", "when"), [("frames.f16", 1), ("frames.f16", 3), ("checkpoint.safetensors", 1)]
)  # before it is read, and when some of it is
def test_a_run_that_goes_back_to_its_checkpoint_meanwhile_is_no_zip(
    name: str, when: int, make_run: MakeRun
) -> None:
    record = make_run()
    (record.folder / "checkpoint.safetensors").write_bytes(bytes(2_000_000))
    (record.folder / "frames.f16").write_bytes(bytes(4_000_000))
    parts = zip_parts(record)
    for _ in range(when):
        next(parts)
    (record.folder / name).write_bytes(bytes(1_500_000))
    with pytest.raises(RunError, match="gone back to its last saved state"):
        list(parts)


def test_a_run_that_is_deleted_meanwhile_is_no_zip(make_run: MakeRun, tmp_path: Path) -> None:
    record = make_run()
    (record.folder / "epoch-001.safetensors").write_bytes(bytes(2_000_000))
    parts = zip_parts(record)
    next(parts)
    record.folder.rename(tmp_path / "deleted")
    with pytest.raises(RunError, match="has been deleted meanwhile"):
        list(parts)
