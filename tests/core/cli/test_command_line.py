"""python -m core, in this process and, where it is killed, in one of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from core import __main__ as command_line
from core.execution import run_events
from core.files import read_json
from core.runs.events import Event
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model, read_configs, read_weights
from core.tsne.config import TSNEConfig
from models import MODELS, hyperparameters
from tests.core.conftest import MakeRun, content

pytestmark = pytest.mark.usefixtures("one_thread", "store")

ROOT = Path(__file__).resolve().parents[3]
FEW = ["--set", "digits=1000", "--set", "batch_size=50"]

Capture = pytest.CaptureFixture[str]


def main(*arguments: object) -> int:
    return command_line.main([str(argument) for argument in arguments])


def sentence(capsys: Capture) -> str:
    """What was said on stderr, of which it must be all."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("python -m core: ")
    assert err.count("\n") == 1
    return err


def test_training_prints_the_folder_last(store: RunStore, capsys: Capture) -> None:
    assert main("train", "compression", "--epochs", 2, "--seed", 5, *FEW, "--title", "My run") == 0
    out, err = capsys.readouterr()
    record = RunRecord(Path(out.splitlines()[-1]))
    assert record.folder.parent == store.runs
    assert record.request.title == "My run"
    assert record.state.status == "done"
    assert checkpoint_epochs(record) == [0, 1, 2]
    assert read_configs(record)[2].seed == 5
    assert "100%" in err
    assert "epoch 2, test loss 0.0" in err


def test_a_bundle_is_written_by_the_run_s_id_and_brought_back(
    done: RunRecord, store: RunStore, tmp_path: Path, capsys: Capture
) -> None:
    shutil.copytree(done.folder, store.runs / "mine")
    bundle = tmp_path / "mine.zip"
    assert main("export", "mine", "--zip", bundle) == 0
    assert capsys.readouterr().out == f"{bundle}\n"
    assert main("import", bundle) == 0
    record = RunRecord(Path(capsys.readouterr().out.strip()))
    assert record.request.imported is not None
    assert record.request.imported["id"] == "mine"
    assert record.history() == done.history()
    assert main("export", "nobody", "--zip", bundle) == 1
    assert "There is no run nobody here" in sentence(capsys)


def test_training_writes_where_and_what_it_is_told(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = ["hidden_dims=64,32", "latent_dim=8", "checkpoint_epochs=0,3", "epochs=9"]
    options = [part for setting in settings for part in ("--set", setting)]
    assert main("train", "compression", *FEW, *options, "--epochs", 3, "--out", "mine") == 0
    assert capsys.readouterr().out == f"{tmp_path / 'mine'}\n"
    record = RunRecord(tmp_path / "mine")
    assert checkpoint_epochs(record) == [0, 3]
    assert load_model(record, 3).encode(torch.zeros(1, 784)).shape == (1, 8)
    assert record.request.settings["config"]["hidden_dims"] == [64, 32]


@pytest.mark.parametrize(
    ("model", "settings", "chosen"),
    [
        (
            "compression",
            ["activation=relu", "loss=cross_entropy", "tied_weights=yes", "optimizer=sgd"],
            {"activation": "relu", "loss": "cross_entropy", "tied_weights": True},
        ),
        (
            "vae",
            ["activation=tanh", "kl_weight=0", "kl_warmup=2", "optimizer=sgd", "momentum=0.5"],
            {"activation": "tanh", "kl_weight": 0.0, "kl_warmup": 2},
        ),
    ],
)
def test_every_choice_can_be_set(
    model: str, settings: list[str], chosen: dict[str, Any], tmp_path: Path, capsys: Capture
) -> None:
    options = [part for setting in settings for part in ("--set", setting)]
    assert main("train", model, *FEW, *options, "--epochs", 1, "--out", tmp_path / "mine") == 0
    record = RunRecord(tmp_path / "mine")
    assert record.request.settings["config"].items() >= chosen.items()
    assert record.request.settings["training"]["optimizer"] == "sgd"
    network = load_model(record, 1)
    assert network(torch.zeros(2, 784)).shape == (2, 784)
    names = [name for name in read_weights(record, 1) if name.startswith("decoder")]
    assert any("weight" in name for name in names) == ("tied_weights" not in chosen)


def test_it_is_the_run_that_the_pages_make(
    make_run: MakeRun, tmp_path: Path, capsys: Capture
) -> None:
    record = make_run(seed=3)
    for _ in run_events(record):
        pass
    assert (
        main("train", "compression", "--epochs", 3, "--seed", 3, *FEW, "--out", tmp_path / "x") == 0
    )
    made = RunRecord(tmp_path / "x")
    assert made.request.settings == record.request.settings
    assert content(made) == content(record)


def test_a_map_of_codes_notes_whose_after_which_epoch(tmp_path: Path, capsys: Capture) -> None:
    few = ("--digits", 100, "--iterations", 1, "--set", "source=compression")
    assert main("tsne", *few, "--out", tmp_path / "codes") == 0
    assert RunRecord(tmp_path / "codes").request.settings["config"]["source"] == "compression@50"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("gone", "source (=gone) cannot be mapped: There is no run gone here"),
        ("gone@3", "source (=gone@3) cannot be mapped: There is no run gone here"),
        ("../vae@3", "source (=../vae@3) cannot be mapped: '../vae' is not the name of a run"),
        ("", "source (=) cannot be mapped: '' is not the name of a run"),
        (
            "compression@7",
            "epoch 7 of run compression is not saved. Choose one of 0, 1, 2, 5, 10, 20, 50.",
        ),
        ("compression@", "epoch ? of run compression is not saved."),
        ("compression@٣", "epoch ٣ of run compression is not saved."),
        ("compression@" + "9" * 5000, f"epoch {'9' * 20} of run compression is not saved."),
        ("tsne-exercise", "run tsne-exercise has no saved weights. Choose pixels, noise or"),
        ("pixels@3", "source (=pixels@3) cannot be mapped: There is no run pixels here"),
    ],
)
def test_a_map_of_a_source_that_does_not_exist_is_refused_before_its_folder_is_made(
    source: str, said: str, store: RunStore, tmp_path: Path, capsys: Capture
) -> None:
    few = ("--digits", 100, "--iterations", 1, "--set", f"source={source}")
    for affinity in ((), ("--perplexity", 5)):
        assert main("tsne", *few, *affinity, "--out", tmp_path / "none") == 1
        assert said in sentence(capsys)
        assert main("tsne", *few, *affinity) == 1
        assert said in sentence(capsys)
    assert not (tmp_path / "none").exists()
    assert not store.runs.exists()


@pytest.mark.parametrize("command", [*(("train", model) for model in MODELS), ("tsne",)])
def test_an_unknown_field_is_said_to_be_unknown(
    command: tuple[str, ...], capsys: Capture, store: RunStore
) -> None:
    assert main(*command, "--set", "nope=1") == 1
    said = sentence(capsys)
    assert "--set nope=1: 'nope' is not a known field; the fields are " in said
    config = TSNEConfig if command == ("tsne",) else MODELS[command[1]].config
    assert all(f"{name}," in said or f"{name}." in said for name in hyperparameters(config))
    assert main(*command, "--set", "nope") == 1
    assert "--set nope is not of the form FIELD=VALUE; write, for example" in sentence(capsys)
    assert not store.runs.exists()


def test_the_list_shows_gallery_and_runs(store: RunStore, capsys: Capture) -> None:
    assert main("list") == 0
    before = capsys.readouterr().out.splitlines()
    record = store.create("train", {}, title="Mine")
    record.set_state(status="paused", progress=0.5)
    assert main("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(before) + 1
    assert lines[-1].split() == [record.id, "runs", "paused", "50%", "Mine"]


def test_folders_that_the_list_leaves_out_are_told(store: RunStore, capsys: Capture) -> None:
    record = store.create("train", {}, title="Mine")
    for name in ("my run copied", "数字", "lost+found", ".half-made"):
        shutil.copytree(record.folder, store.runs / name)
    (store.runs / "empty").mkdir()
    assert main("list") == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1].startswith(record.id)
    lines = err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("python -m core: ") for line in lines)
    assert "“my run copied” is not listed: the name of a run has at most 80 letters a to z" in err
    assert "Rename it, for example to my-run-copied." in err
    assert "“数字” is not listed" in err
    assert "Run empty has no readable run.json" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--set", "depth=3"],
            "--set depth=3: 'depth' is not a known field; the fields are latent_dim, hidden_dims, "
            "activation, loss, tied_weights, data, epochs, learning_rate, optimizer, momentum, "
            "batch_size, digits, held_out, seed, checkpoint_epochs.",
        ),
        (
            ["--set", "latent_dim"],
            "--set latent_dim is not of the form FIELD=VALUE; write, for example, --set "
            "latent_dim=32.",
        ),
        (
            ["--set", "activation=softmax"],
            "activation (='softmax') must be one of: sigmoid, relu, tanh.",
        ),
        (
            ["--set", "data=faces"],
            "data (='faces') must be one of: mnist, fashion, kmnist, emnist, qmnist.",
        ),
        (["--set", "held_out=10"], "held_out (=10) must be one of: -1, 0, 1,"),
        (["--set", "tied_weights=maybe"], "tied_weights (='maybe') must be true or false."),
        (["--set", "momentum=1"], "momentum (=1.0) must be between 0 and 0.999."),
        (["--set", "latent_dim=many"], "latent_dim (='many') must be a whole number."),
        (["--set", "latent_dim=1000"], "latent_dim (=1000) must be between 1 and 256 numbers."),
        (["--set", "hidden_dims=1,2,3,4,5"], "hidden_dims has 5 entries; at most 4 are allowed."),
        (["--set", "learning_rate=nan"], "learning_rate (=nan) must be a finite number."),
        (["--epochs", "0"], "epochs (=0) must be between 1 and 500 epochs."),
        (["--seed", "-1"], "seed (=-1) must be between 0 and"),
        (["--out", __file__], "could not be written (Not a directory)"),
        (["--out", str(ROOT)], "is not empty; name a new folder for the run."),
        (["--out", "/proc/mine"], "could not be written ("),
    ],
)
def test_bad_settings_end_in_a_sentence(
    store: RunStore, capsys: Capture, arguments: list[str], said: str
) -> None:
    assert main("train", "compression", *arguments) == 1
    assert said in sentence(capsys)
    assert not store.runs.exists(), "a run was made all the same"


@pytest.mark.parametrize(
    "arguments",
    [[], ["train"], ["train", "transformer"], ["train", "compression", "--epochs", "x"], ["fly"]],
)
def test_bad_commands_end_in_the_usage(capsys: Capture, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(*arguments)
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert "usage: python -m core" in err
    assert "Traceback" not in err


def test_what_cannot_be_resumed_ends_in_a_sentence(
    make_run: MakeRun, tmp_path: Path, capsys: Capture
) -> None:
    assert main("resume", tmp_path / "nowhere") == 1
    assert "Run nowhere has no readable run.json" in sentence(capsys)
    record = make_run()
    assert main("resume", record.folder) == 1
    assert "Compression is already going, so there is nothing to resume." in sentence(capsys)
    record.set_state(status="done")
    assert main("resume", record.folder) == 1
    assert "Compression is done, so there is nothing to resume." in sentence(capsys)


def test_a_run_that_fails_says_why(make_run: MakeRun, capsys: Capture) -> None:
    record = make_run()
    record.set_state(status="paused")
    path = record.folder / "run.json"
    request = read_json(path)
    request["settings"]["training"]["epochs"] = -1
    path.write_text(json.dumps(request))
    assert main("resume", record.folder) == 1
    err = capsys.readouterr().err
    assert "epochs (=-1) must be between 1 and 500 epochs" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_bad_environment_ends_in_a_sentence(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_QUOTA_MB", "much")
    assert main("list") == 1
    assert "LATENT_LAB_QUOTA_MB (=much) must be a number of megabytes" in sentence(capsys)


def test_a_run_that_is_stopped_from_a_page_says_so(
    make_run: MakeRun, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    record.set_state(status="paused")
    append = RunRecord.append

    def cancelling(self: RunRecord, event: Event) -> bool:
        self.control.request("cancel", local_user())
        return append(self, event)

    monkeypatch.setattr(RunRecord, "append", cancelling)
    assert main("resume", record.folder) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "python -m core: The run is cancelled."


def test_errors_of_a_real_process_are_one_line(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "core", "resume", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("python -m core: Run ")
    assert ended.stderr.count("\n") == 1
