"""python -m core worth: what codes are worth, measured at once and kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core import __main__ as command_line
from core.data.digits import Digits, load_digits
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training import code_worth
from core.training.code_worth import OF_PCA, OF_PIXELS
from core.training.code_worth_files import CODE_WORTH, WorthFiles
from core.training.config import TrainConfig

pytestmark = pytest.mark.usefixtures("one_thread", "store")


@pytest.fixture(autouse=True)
def few_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    def few_of(training: TrainConfig) -> Digits:
        return load_digits("test", training.data).take(slice(0, 300))

    monkeypatch.setattr(code_worth, "test_digits", few_of)


def test_a_run_is_measured_and_kept(
    done: RunRecord, store: RunStore, capsys: pytest.CaptureFixture[str]
) -> None:
    for epoch in (1, 2):
        (done.folder / f"epoch-00{epoch}.safetensors").unlink()
    assert command_line.main(["worth", str(done.folder)]) == 0
    first = capsys.readouterr().out
    lines = first.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [
        ["pixels", "10:"],
        ["PCA", "10:"],
        ["epoch", "0"],
        ["epoch", "3"],
    ]
    files, training = WorthFiles(store), TrainConfig(digits=1000)
    assert [*files.epochs(done, training)] == [0, 3]
    assert files.yardstick(OF_PIXELS, training, 32)
    assert files.yardstick(OF_PCA, training, 32)
    assert "1,000: " in lines[1]
    written = (done.folder / CODE_WORTH).stat().st_mtime_ns
    assert command_line.main(["worth", str(done.folder)]) == 0
    assert capsys.readouterr().out == first
    assert (done.folder / CODE_WORTH).stat().st_mtime_ns == written, "it was known"


def test_a_run_of_the_gallery_ships_with_what_is_found(
    done: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = RunStore(tmp_path / "runs", tmp_path / "gallery")
    monkeypatch.setattr("core.cli.worth.RunStore", lambda: gallery)
    for path in done.folder.glob("epoch-00[123].safetensors"):
        path.unlink()
    shutil.copytree(done.folder, gallery.gallery / "mine")
    assert command_line.main(["worth", str(gallery.gallery / "mine")]) == 0
    names = {path.name for path in gallery.gallery.iterdir()}
    assert names == {"mine", "code-worth-of-pixels-1000.json", "code-worth-of-pca-32-1000.json"}
    assert (gallery.gallery / "mine" / CODE_WORTH).exists()
    assert not gallery.cache.exists()


def test_a_folder_without_weights_is_a_sentence(
    done: RunRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in done.folder.glob("epoch-*.safetensors"):
        path.unlink()
    assert command_line.main(["worth", str(done.folder)]) == 1
    assert "has no saved epoch yet; train it first" in capsys.readouterr().err
