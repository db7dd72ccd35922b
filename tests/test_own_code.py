"""The examples of one's own code: three scripts and a notebook, on few digits, recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.recorder.reading import preview_of, read_epochs, read_recorded
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.tsne.recording import load_recording
from examples import own_autoencoder, own_tsne, own_vae

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "examples" / "own_autoencoder.ipynb"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LATENT_LAB_RUNS", str(tmp_path))
    return tmp_path


def recorded(runs: Path, kind: str) -> RunRecord:
    (found,) = RunStore(runs, runs / "none").list(kind)
    assert found.state.status == "done"
    return RunRecord(runs / found.id)


def check_training(record: RunRecord, term: str, epochs: int) -> None:
    rows = read_epochs(record)
    losses = [row.validation[term] for row in rows]
    assert len(losses) == epochs
    assert losses[-1] < losses[0]
    assert set(rows[0].validation) >= set(rows[0].train)
    found = preview_of(record, rows)
    assert found is not None
    assert found[0] == epochs
    assert found[1][1].std() > 1


def test_the_autoencoder_by_hand(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_autoencoder.main(["--epochs", "3", "--digits", "3000"])
    assert "epoch 3: test loss 0.0" in capsys.readouterr().out
    check_training(recorded(runs, "recorded-model"), "mean squared error", 3)


def test_the_vae_by_hand(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own_vae.main(["--epochs", "2", "--digits", "3000"])
    assert "epoch 2: test loss 0." in capsys.readouterr().out
    record = recorded(runs, "recorded-model")
    check_training(record, "loss", 2)
    assert read_epochs(record)[0].validation["KL"] > 0
    assert read_recorded(record).settings["KL weight"] == 0.001


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_tsne_by_hand(runs: Path, capsys: pytest.CaptureFixture[str], optimizer: str) -> None:
    own_tsne.main(["--optimizer", optimizer, "--digits", "100", "--iterations", "30"])
    assert "iteration 0: KL" in capsys.readouterr().out
    found = load_recording(recorded(runs, "recorded-map"))
    assert found.iterations.tolist() == list(range(31))
    assert found.kl[-1, 0] < found.kl[0, 0]


def test_the_notebook_runs_cell_by_cell(runs: Path) -> None:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    program = "\n\n".join("".join(cell["source"]) for cell in cells)
    environment = {**os.environ, "EPOCHS": "2", "DIGITS": "2000", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        cwd=NOTEBOOK.parent,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    record = recorded(runs, "recorded-model")
    assert done.stdout.splitlines()[-1] == str(record.folder)
    check_training(record, "loss", 2)
