"""python -m core with another data set than MNIST, and with a class held out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core import __main__ as command_line
from core.data.data_sets import FASHION
from core.data.digits import Digits, load_digits
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.sweeps.files import SweepFiles
from core.training import code_worth
from core.training.code_worth_files import WorthFiles
from core.training.config import TrainConfig
from core.training.record import load_model, read_configs
from core.tsne.recording import load_recording

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")

FEW = ["--epochs", "2", "--set", "digits=1000", "--set", "batch_size=50"]
CLOTHES = ["--set", "data=fashion"]

Capture = pytest.CaptureFixture[str]


def main(*arguments: object) -> int:
    return command_line.main([str(argument) for argument in arguments])


@pytest.fixture
def trained(store: RunStore, capsys: Capture) -> RunRecord:
    """A model of clothes that has seen no dress."""
    assert main("train", "compression", *CLOTHES, "--set", "held_out=3", *FEW) == 0
    return RunRecord(Path(capsys.readouterr().out.splitlines()[-1]))


def test_a_training_of_clothes_without_dresses(trained: RunRecord) -> None:
    training = read_configs(trained)[2]
    assert (training.data, training.held_out, training.digits) == ("fashion", 3, 1000)
    test = load_digits("test", FASHION).pixels[:500]
    with torch.no_grad():
        error = float((load_model(trained, 2)(test) - test).square().mean())
    assert [*trained.history()][-1]["validation"]["loss"] == pytest.approx(error, rel=1e-5)


def test_a_map_of_clothes_and_of_their_codes(
    trained: RunRecord, tmp_path: Path, capsys: Capture
) -> None:
    few = ("--digits", 150, "--iterations", 2, "--set", "quality_every=1")
    of_clothes = load_digits("train", FASHION).labels[:150].tolist()
    for source in ("pixels", trained.id):
        folder = tmp_path / source
        assert main("tsne", *CLOTHES, *few, "--set", f"source={source}", "--out", folder) == 0
        assert load_recording(RunRecord(folder)).labels.tolist() == of_clothes
    capsys.readouterr()
    assert main("tsne", *few, "--set", f"source={trained.id}", "--out", tmp_path / "none") == 1
    assert capsys.readouterr().err == (
        f"python -m core: Run {trained.id} learns from Fashion-MNIST, so it has no codes for "
        "MNIST; choose a model of the same data set.\n"
    )
    assert not (tmp_path / "none").exists()
    assert main("tsne", "--set", "data=faces", *few, "--out", tmp_path / "none") == 1
    assert "data (='faces') must be one of: mnist, fashion," in capsys.readouterr().err


def test_a_sweep_of_clothes(store: RunStore, capsys: Capture) -> None:
    assert main("sweep", "compression", *CLOTHES, "--set", "latent_dim=2,4", *FEW) == 0
    assert main("sweep", "compression", *CLOTHES, "--set", "held_out=-1,3", *FEW) == 0
    sweeps = {sweep.field: sweep.runs() for sweep in SweepFiles(store).list()}
    assert [run.value for run in sweeps["latent_dim"]] == [2, 4]
    assert [run.value for run in sweeps["held_out"]] == [-1, 3]
    runs = [run for each in sweeps.values() for run in each]
    assert {run.training.data for run in runs} == {"fashion"}
    assert {run.state.status for run in runs} == {"done"}


def test_what_codes_of_clothes_are_worth(
    trained: RunRecord, store: RunStore, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def few_of(training: TrainConfig) -> Digits:
        return load_digits("test", training.data).take(slice(0, 300))

    monkeypatch.setattr(code_worth, "test_digits", few_of)
    for epoch in (0, 1):
        (trained.folder / f"epoch-00{epoch}.safetensors").unlink()
    assert main("worth", trained.folder) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["pixels", "PCA", "epoch"]
    assert all("1,000: " in line for line in lines[1:])
    training = read_configs(trained)[2]
    known: Any = WorthFiles(store).epochs(trained, training)[2]
    assert np.mean(known.readings[-1].probe) > 0.5
    assert {path.name for path in store.cache.iterdir()} >= {
        "code-worth-of-pixels-fashion-1000.json",
        "code-worth-of-pca-32-fashion-1000-without-3.json",
    }
