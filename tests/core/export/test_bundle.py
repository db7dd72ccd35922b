"""A run's folder as a zip file."""

from __future__ import annotations

import csv
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
from PIL import Image

from core.data.digits import load_digits
from core.export import bundle_size, write_zip, zip_parts
from core.runs.errors import RunError
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from core.training.record import epoch_rows, load_model, read_configs, read_previews
from core.tsne.config import TSNEConfig
from core.tsne.recording import load_recording
from models import build
from tests.core.conftest import MakeRun
from tests.support.recorded_run import DIGITS, record_run


def unpacked(path: Path, folder: Path) -> Path:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (run,) = folder.iterdir()
    return run


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def begun(parts: Iterator[bytes]) -> bytes:
    """What comes before the run's own files, and the first part of those."""
    taken = next(parts)
    while b"/run/" not in taken:
        taken += next(parts)
    return taken


def test_zip_is_the_run_again(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", visitor="a visitor's secret")
    assert (record.folder / "checkpoint.safetensors").exists()
    (record.folder / "control").write_text("pause")
    (record.folder / "lease.json").write_text("{}")
    (record.folder / "code-worth.json").write_text("{}")
    (record.folder / "note.md").write_text("# Mine")
    (record.folder / ".history.jsonl.1234").write_text("about to be renamed")
    write_zip(record, tmp_path / "run.zip")
    whole = unpacked(tmp_path / "run.zip", tmp_path / "elsewhere")
    assert files_of(whole) - {f"run/{name}" for name in files_of(whole / "run")} == {
        "README.md",
        "curves.csv",
        "maps.csv",
        "maps.gif",
        "note.md",
        "pictures/maps.png",
        "reproduce.py",
        "settings.json",
    }
    assert (whole / "note.md").read_text() == "# Mine"
    assert "secret" not in (whole / "settings.json").read_text()
    copy = RunRecord(whole / "run")
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


def test_a_training_has_tables_and_pictures(done: RunRecord, tmp_path: Path) -> None:
    done.change_request(title="My *best* run")
    write_zip(done, tmp_path / "run.zip")
    whole = unpacked(tmp_path / "run.zip", tmp_path / "elsewhere")
    assert files_of(whole) - {f"run/{name}" for name in files_of(whole / "run")} == {
        "README.md",
        "curves.csv",
        "pictures/digits.png",
        "pictures/learning.png",
        "reproduce.py",
        "settings.json",
    }
    with (whole / "curves.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    history = epoch_rows(done)
    assert [int(row["epoch"]) for row in rows] == [0, 1, 2, 3]
    assert [float(row["test_loss"]) for row in rows] == [
        row["validation"]["loss"] for row in history
    ]
    assert rows[0]["train_loss"] == ""
    assert float(rows[3]["train_loss"]) == history[3]["train"]["loss"]
    assert json.loads((whole / "settings.json").read_text())["settings"] == done.request.settings
    grey = np.asarray(Image.open(whole / "pictures" / "digits.png"))[::3, ::3]
    last = read_previews(done)[-1]
    assert np.array_equal(grey[30:58, 30:58], last[1, 1].reshape(28, 28))
    assert np.array_equal(grey[:28, :28], last[0, 0].reshape(28, 28))
    readme = (whole / "README.md").read_text()
    assert readme.startswith("# My \\*best\\* run\n")
    loss = history[3]["validation"]["loss"]
    assert f"Test losses after epoch 3: loss {loss:.6g}." in readme
    assert "`reproduce.py`" in readme
    assert "missing" not in readme


def test_a_vae_has_random_digits(make_run: MakeRun, tmp_path: Path, store: RunStore) -> None:
    settings = training_settings("vae", {"latent_dim": 2}, {"epochs": 1})
    record = store.create("train", settings, title="VAE")
    weights = build("vae", read_configs(record)[1], 0).state_dict()
    safetensors.torch.save_file(weights, record.folder / "epoch-000.safetensors")
    write_zip(record, tmp_path / "run.zip")
    whole = unpacked(tmp_path / "run.zip", tmp_path / "elsewhere")
    with Image.open(whole / "pictures" / "samples.png") as picture:
        assert picture.size == (3 * (10 * 30 - 2),) * 2
        assert len(np.unique(np.asarray(picture))) > 10
    readme = (whole / "README.md").read_text()
    assert "`curves.csv` is missing: Run " in readme


def test_what_was_unpacked_goes_on_from_where_it_was(tmp_path: Path) -> None:
    half = record_run(tmp_path / "half", iterations=80, until=60)
    write_zip(half, tmp_path / "run.zip")
    copy = RunRecord(unpacked(tmp_path / "run.zip", tmp_path / "elsewhere") / "run")
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
    expected = ("README.md", "reproduce.py", "run/run.json", "run/state.json", "settings.json")
    assert names == [f"{record.id}/{name}" for name in expected]


def test_codes_that_are_mapped_are_there_as_long_as_their_model_is(
    store: RunStore, tmp_path: Path, done: RunRecord
) -> None:
    shutil.copytree(done.folder, store.runs / "model")
    config = TSNEConfig.from_dict({"source": "model@3", "digits": 50, "iterations": 1})
    record = store.create("tsne", {"config": config.to_dict()}, title="Codes")
    write_zip(record, tmp_path / "run.zip")
    whole = unpacked(tmp_path / "run.zip", tmp_path / "with")
    model = load_model(done, 3)
    wanted = model.encode(load_digits("train").pixels[:50])
    assert np.allclose(np.load(whole / "codes.npy"), wanted.numpy(), atol=1e-6)
    assert "codes.npy" in (whole / "reproduce.py").read_text()
    shutil.rmtree(store.runs / "model")
    write_zip(record, tmp_path / "run.zip")
    whole = unpacked(tmp_path / "run.zip", tmp_path / "without")
    assert not (whole / "codes.npy").exists()
    assert not (whole / "reproduce.py").exists()
    assert "`codes.npy` is missing: source" in (whole / "README.md").read_text()


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
    first = begun(parts)
    assert len(first) < 1_100_000
    weights.unlink()  # what is open is still read
    whole = first + b"".join(parts)
    (tmp_path / "run.zip").write_bytes(whole)
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        assert archive.testzip() is None
        assert archive.read(f"{record.id}/run/epoch-001.safetensors") == bytes(3_000_000)


def test_a_size_is_told_before(half: RunRecord, tmp_path: Path) -> None:
    write_zip(half, tmp_path / "run.zip")
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        own = [entry for entry in archive.infolist() if "/run/" in entry.filename]
    size = sum(entry.file_size for entry in own)
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
    begun(parts)
    for _ in range(when - 1):
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
