"""`reproduce.py`, run as whoever gets a bundle runs it: without the lab."""

from __future__ import annotations

import contextlib
import importlib
import io
import math
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.data_sets import DATA_FOLDER, DATA_SETS, FASHION
from core.export.reproduce import reproduce_script
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.training.config import sort_values, training_settings
from core.training.record import epoch_rows, read_configs, read_weights
from models import MODELS

# Written so, since the function hides its module of the same name.
run_events_module = importlib.import_module("core.execution.run_events")

SMALL = {"epochs": 3, "digits": 1000, "batch_size": 100}


def asked(store: RunStore, model: str, **values: Any) -> RunRecord:
    """A training that nobody has computed."""
    settings = training_settings(model, *sort_values(model, values))
    return store.create("train", settings, title="Mine")


def trained(store: RunStore, model: str, **values: Any) -> RunRecord:
    """A training of some seconds, computed as the lab does it."""
    record = asked(store, model, **SMALL, **values)
    for _ in run_events_module.run_events(record):
        pass
    return record


def reproduced(
    record: RunRecord, folder: Path, monkeypatch: pytest.MonkeyPatch | None = None
) -> list[float]:
    """The losses that the run's script prints in a folder where no lab is.

    It has a process of its own, or, which is quicker, this one, where `monkeypatch` is given.
    """
    script = folder / "reproduce.py"
    script.write_text(reproduce_script(record), encoding="utf-8")
    data = DATA_SETS[read_configs(record)[2].data]
    assert data.folder is not None
    files = str(DATA_FOLDER / data.folder)
    if monkeypatch is None:
        environment = {**os.environ, "MNIST": files, "PYTHONPATH": ""}
        done = subprocess.run(
            [sys.executable, "-W", "error", script.name],
            check=False, cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        printed = done.stdout
    else:
        monkeypatch.chdir(folder)
        monkeypatch.setenv("MNIST", files)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            runpy.run_path(str(script))
        printed = out.getvalue()
    lines = printed.splitlines()
    assert lines[-1].startswith(f"epoch {len(lines)}: ")
    return [float(re.fullmatch(r"epoch \d+: test loss (\S+)", line)[1]) for line in lines]  # type: ignore[index]


def weights_of(folder: Path) -> dict[str, Tensor]:
    """The weights that a script has saved, by the names that the lab gives them."""
    saved = torch.load(folder / "weights.pt", weights_only=True)
    # A tied decoder has biases alone; the lab counts the activations between them, too.
    return {
        re.sub(r"biases\.(\d)", lambda found: f"decoder.{2 * int(found[1])}.bias", name): tensor
        for name, tensor in saved.items()
    }


def same_as_ours(record: RunRecord, losses: list[float], folder: Path) -> None:
    ours = [row["validation"]["loss"] for row in epoch_rows(record)[1:]]
    assert losses == pytest.approx(ours, rel=1e-5)
    theirs, own = weights_of(folder), read_weights(record, len(losses))
    assert theirs.keys() == own.keys()
    assert all(torch.equal(theirs[name], own[name]) for name in own)


@pytest.mark.parametrize("model", MODELS)
def test_a_script_trains_the_same_model_outside_the_lab(
    model: str, store: RunStore, tmp_path: Path, one_thread: None
) -> None:
    record = trained(store, model)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    same_as_ours(record, reproduced(record, elsewhere), elsewhere)


CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "activation": ("compression", {"activation": "relu", "hidden_dims": [64, 48]}),
    "no hidden layers": ("compression", {"hidden_dims": [], "latent_dim": 7, "seed": 5}),
    "cross-entropy": ("denoising", {"loss": "cross_entropy", "noise_std": 0.5}),
    "tied": ("compression", {"tied_weights": True, "activation": "tanh"}),
    "tied, all else": (
        "sparse",
        {"tied_weights": True, "loss": "cross_entropy", "activation": "relu", "sparsity": 0.1,
         "sparsity_weight": 0.01},
    ),
    "sgd": ("compression", {"optimizer": "sgd", "learning_rate": 10.0, "momentum": 0.5}),
    "a class held out": ("compression", {"held_out": 3}),
    "another data set": ("vae", {"data": FASHION, "held_out": 0, "kl_weight": 0.0}),
    "warm-up": ("vae", {"kl_warmup": 2, "activation": "tanh", "learning_rate": 0.001}),
    "vae without hidden layers": ("vae", {"hidden_dims": [], "latent_dim": 2}),
}  # fmt: skip


@pytest.mark.parametrize(("model", "values"), CASES.values(), ids=CASES)
def test_a_script_has_every_setting_of_its_run(
    model: str,
    values: dict[str, Any],
    store: RunStore,
    tmp_path: Path,
    one_thread: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = trained(store, model, **values)
    same_as_ours(record, reproduced(record, tmp_path, monkeypatch), tmp_path)


def test_all_digits_are_learned_from(
    store: RunStore, tmp_path: Path, one_thread: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = asked(store, "compression", epochs=1)
    for _ in run_events_module.run_events(record):
        pass
    same_as_ours(record, reproduced(record, tmp_path, monkeypatch), tmp_path)


def test_every_model_has_a_script_that_can_be_read(store: RunStore) -> None:
    most = {
        "epochs": 500, "optimizer": "sgd", "digits": 1000, "held_out": 1, "seed": 2**31 - 1,
        "hidden_dims": [1024] * 4, "latent_dim": 64,
    }  # fmt: skip
    tied = {"tied_weights": True, "loss": "cross_entropy"}
    most_epochs = {"checkpoint_epochs": [1]}
    for data in DATA_SETS:
        for model in MODELS:
            own = {"kl_warmup": 500} if model == "vae" else tied
            largest = {**most, **most_epochs, **own, "data": data}
            for values in ({"data": data}, largest):
                text = reproduce_script(asked(store, model, **values))
                lines = text.splitlines()
                assert 60 <= len(lines) <= 120, (model, values)
                assert max(map(len, lines)) <= 100, (model, values)
                compile(text, "reproduce.py", "exec")
                imported = {line.split()[1].split(".")[0] for line in lines if "import " in line
                            and line.startswith(("import", "from"))}  # fmt: skip
                assert imported <= {"gzip", "math", "os", "itertools", "pathlib", "torch",
                                    "torchvision"}  # fmt: skip


@pytest.mark.parametrize(
    "title",
    ['"""\nimport os\nos.abort()\n"""', "x\nraise SystemExit(3)", "\u2028raise SystemExit", "'#\\"],
)
def test_a_title_cannot_become_code(title: str, store: RunStore) -> None:
    record = asked(store, "compression", epochs=1)
    record.change_request(title=title)
    first, *rest = reproduce_script(record).split("\n")
    assert first.startswith("# ")
    assert first.isascii()
    assert not any("raise" in line or "abort" in line for line in rest)


def test_a_run_of_another_kind_has_none(store: RunStore) -> None:
    with pytest.raises(RunError, match="There is no script"):
        reproduce_script(store.create("other", {}, title="Other"))


def test_numbers_are_written_as_they_are(store: RunStore) -> None:
    record = asked(store, "compression", learning_rate=0.1 + 0.2)
    found = re.search(r"^LEARNING_RATE = (.*)$", reproduce_script(record), re.MULTILINE)
    assert found is not None
    assert float(found[1]) == 0.1 + 0.2
    assert math.isfinite(float(found[1]))
