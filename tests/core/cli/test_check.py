"""`python -m core check`: what it prints, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from core.__main__ import main
from core.runs.folders import GALLERY
from core.runs.record import RunRecord
from core.training.record import read_weights
from tests.support import programs
from tests.support.recorded import record_model

pytestmark = pytest.mark.usefixtures("one_thread")

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def of_gallery(tmp_path: Path) -> Path:
    """The gallery's compression model as a student's file: other names, after 50 epochs."""
    weights = read_weights(RunRecord(GALLERY / "compression"), 50)
    path = tmp_path / "my_weights.pt"
    torch.save({f"net.{name}": tensor for name, tensor in weights.items()}, path)
    return path


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core", "check", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )


def test_right_weights_end_with_0(of_gallery: Path) -> None:
    done = command(of_gallery, "--task", "1.1")
    assert done.returncode == 0, done.stderr
    assert "784 – 128 sigmoid – 32 sigmoid – 128 sigmoid – 784 sigmoid" in done.stdout
    assert "\nRight.\n" in done.stdout
    assert "is inside the band of" in done.stdout
    # The loss of the gallery's run after its last epoch, from its own history.
    rows = (GALLERY / "compression" / "history.jsonl").read_text().splitlines()
    loss = json.loads(rows[-1])["validation"]["loss"]
    assert f": {loss:.3g} after epoch 50" in done.stdout


def test_untrained_weights_end_with_1(tmp_path: Path) -> None:
    path = tmp_path / "mine.safetensors"
    safetensors.torch.save_file(programs.Autoencoder(32).state_dict(), path)
    done = command(path, "--task", "1.1", "--json")
    assert done.returncode == 1, done.stderr
    found = json.loads(done.stdout)
    assert found["right"] is False
    assert found["numbers"]["loss"]["where"] == "above"
    assert found["numbers"]["loss"]["epoch"] == 50
    assert found["reference"]["seeds"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--task", "9"], "invalid choice"),
        ([], "the following arguments are required: --task"),
        (["--task", "3.1"], "has no weights"),
        (["--task", "2"], "no second head"),
        (["--task", "1.1", "--epochs", "0"], "epochs (=0) must be at least 1"),
        (["--task", "1.1", "--spread", "deviation"], "are for a VAE"),
        (["--task", "1.1", "--activations", "relu"], "Each layer needs one function"),
        (["--task", "1.1", "--term", "loss=mse"], "leave it out for weights"),
    ],
)
def test_misuse_ends_with_2(
    of_gallery: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    try:
        status = main(["check", str(of_gallery), *arguments])
    except SystemExit as ended:  # as argparse does
        status = ended.code
    assert status == 2
    assert words in capsys.readouterr().err


def test_a_file_that_is_no_network_ends_with_2(tmp_path: Path) -> None:
    path = tmp_path / "notes.pt"
    path.write_bytes(b"no weights")
    done = command(path, "--task", "1.1")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    missing = command(tmp_path / "nothing.pt", "--task", "1.1")
    assert missing.returncode == 2
    assert "Traceback" not in missing.stderr


def test_the_activations_can_be_given(of_gallery: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--task", "1.1", "--activations", "relu,relu,relu,sigmoid"]
    assert main(["check", str(of_gallery), *options]) == 1
    assert "784 – 128 relu – 32 relu" in capsys.readouterr().out


def test_a_recorded_run_is_checked_by_its_folder_and_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LATENT_LAB_RUNS", str(tmp_path))
    record = programs.autoencoder(tmp_path, digits=5_000, end=nn.Identity, epochs=1)
    assert main(["check", str(record.folder), "--task", "1.1"]) == 1
    by_folder = capsys.readouterr().out
    assert "Hint (no sigmoid at the end)" in by_folder
    assert main(["check", record.id, "--task", "1.1"]) == 1
    assert capsys.readouterr().out == by_folder


def test_terms_of_a_run_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = record_model(tmp_path, epochs=1, pictures=False, terms={"loss": 900.0, "mine": 0.0535})
    assert main(["check", str(record.folder), "--task", "1.1"]) == 1
    assert "loss is 'loss'" in capsys.readouterr().out
    main(["check", str(record.folder), "--task", "1.1", "--term", "loss=mine"])
    assert "mine is inside the band" in capsys.readouterr().out
    assert main(["check", str(record.folder), "--task", "1.1", "--term", "x=y"]) == 2
    assert "TERM=NAME" in capsys.readouterr().err
    assert main(["check", str(record.folder), "--task", "1.1", "--scale", "unit"]) == 2
