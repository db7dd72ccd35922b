"""Reading a run's folder, whole and damaged."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from core.data.digits import Digits
from core.files import read_json
from core.runs.record import RunError, RunRecord
from core.training.events import Epoch, Step
from core.training.record import (
    checkpoint_epochs,
    load_model,
    read_configs,
    read_first_epoch_previews,
    read_previews,
    read_weights,
)
from core.training.run import TrainingRun, preview_indices
from models import MODELS, build
from tests.core.conftest import leftovers


def test_a_finished_training_is_all_there(done: RunRecord, train_digits: Digits) -> None:
    assert (done.state.status, done.state.progress, done.state.error) == ("done", 1.0, "")
    assert done.state.seconds > 0
    assert checkpoint_epochs(done) == [0, 1, 2, 3]
    rows = done.history()
    assert [row["epoch"] for row in rows if row["event"] == "epoch"] == [0, 1, 2, 3]
    assert sum(row["event"] == "step" for row in rows) == 30
    assert rows[-1]["images_per_second"] > 0
    assert read_previews(done).shape == (4, 2, 10, 784)
    assert read_first_epoch_previews(done).shape == (5, 10, 784)
    assert leftovers(done.folder) == []
    assert not (done.folder / "lease.json").exists(), "it names the machine"


def test_a_folder_holds_what_the_generator_yields(
    done: RunRecord, train_digits: Digits, test_digits: Digits
) -> None:
    events = list(TrainingRun(*read_configs(done), train_digits, test_digits))
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert [row["epoch"] for row in done.history()] == [event.row()["epoch"] for event in events]
    for event in epochs:
        assert event.weights is not None
        kept = read_weights(done, event.epoch)
        assert kept.keys() == event.weights.keys()
        assert all(torch.equal(kept[name], event.weights[name]) for name in kept)
        assert np.array_equal(read_previews(done)[event.epoch], event.preview.numpy())
    steps = [event.preview for event in events if isinstance(event, Step)]
    early = [preview.numpy() for preview in steps if preview is not None]
    assert np.array_equal(read_first_epoch_previews(done), early)


def test_a_run_of_an_older_version_has_no_previews_within_its_first_epoch(done: RunRecord) -> None:
    (done.folder / "first-epoch.u8").unlink()
    assert read_first_epoch_previews(done).shape == (0, 10, 784)
    assert read_previews(done).shape == (4, 2, 10, 784)


def test_a_model_comes_back_ready_to_be_used(done: RunRecord, test_digits: Digits) -> None:
    model = load_model(done, 3)
    assert not model.training
    assert not any(parameter.requires_grad for parameter in model.parameters())
    shown = test_digits.pixels[preview_indices(test_digits)]
    pictures = (model(shown) * 255).round().to(torch.uint8)
    assert np.array_equal(pictures.numpy(), read_previews(done)[3, 1])
    untrained = build("compression", MODELS["compression"].config(), seed=0)
    assert torch.equal(load_model(done, 0)(shown), untrained(shown))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 1000)


def scramble(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(2000))


def empty(path: Path) -> None:
    path.write_bytes(b"")


def as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut, scramble, empty, as_folder])
def test_a_damaged_checkpoint_ends_in_a_sentence(
    done: RunRecord, damage: Callable[[Path], None]
) -> None:
    damage(done.folder / "epoch-002.safetensors")
    with pytest.raises(RunError, match=r"epoch-002.safetensors of run copy is damaged .*again\."):
        load_model(done, 2)
    load_model(done, 3)  # the others are whole


class Trap:
    """What it would run if somebody unpickled it."""

    sprung = False

    def __reduce__(self) -> tuple[Any, ...]:
        return (setattr, (Trap, "sprung", True))


def test_a_pickle_dressed_as_a_checkpoint_is_never_executed(done: RunRecord) -> None:
    path = done.folder / "epoch-002.safetensors"
    for write in (
        lambda: path.write_bytes(pickle.dumps(Trap())),
        lambda: torch.save({"trap": Trap()}, path),
    ):
        write()
        with pytest.raises(RunError, match="is damaged"):
            load_model(done, 2)
        assert not Trap.sprung
    pickle.loads(pickle.dumps(Trap()))
    assert Trap.sprung, "the trap does not work"
    Trap.sprung = False


def test_an_epoch_that_was_not_kept_ends_in_a_sentence(done: RunRecord) -> None:
    with pytest.raises(RunError, match=r"no file epoch-017\.safetensors; choose another epoch"):
        load_model(done, 17)


@pytest.mark.parametrize(
    "weights",
    [
        lambda own: {name: tensor[:1] for name, tensor in own.items()},
        lambda own: {name: own[name] for name in list(own)[1:]},
        lambda own: {**own, "more": torch.zeros(1)},
        lambda own: {},
    ],
    ids=["shape", "missing", "more", "none"],
)
def test_weights_of_another_model_end_in_a_sentence(
    done: RunRecord, weights: Callable[[dict[str, Tensor]], dict[str, Tensor]]
) -> None:
    changed = {name: tensor.clone() for name, tensor in weights(read_weights(done, 2)).items()}
    safetensors.torch.save_file(changed, done.folder / "epoch-002.safetensors")
    with pytest.raises(RunError, match=r"after epoch 2 do not fit the model .* choose another"):
        load_model(done, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"model": "transformer", "config": {}, "training": {}},
            "'transformer' is not a model of the lab",
        ),
        (
            {"model": "compression", "config": {}, "training": {"epochs": 0}},
            r"epochs \(=0\) must be between",
        ),
        (
            {"model": "compression", "config": {"depth": 1}, "training": {}},
            "depth is not a setting",
        ),
        (
            {"model": "compression", "config": {}, "training": {"learning_rate": 10**400}},
            "asks for cannot be",
        ),
        ({"model": "compression", "config": [1]}, "damages a field .settings.config"),
        ({"model": "compression", "config": {}}, "names no model or no settings"),
        ({"model": ["compression"], "config": {}}, "damages a field .settings.model"),
        ({}, "names no model or no settings"),
    ],
)
def test_settings_that_this_version_does_not_know_end_in_a_sentence(
    done: RunRecord, settings: dict[str, Any], sentence: str
) -> None:
    path = done.folder / "run.json"
    path.write_text(json.dumps({**read_json(path), "settings": settings}))
    with pytest.raises(RunError, match=sentence):
        load_model(RunRecord(done.folder), 3)


def test_files_that_are_no_checkpoints_are_none(done: RunRecord) -> None:
    (done.folder / "epoch-best.safetensors").write_bytes(b"")
    (done.folder / ".epoch-009.safetensors.1a2b3c4d").write_bytes(b"")
    assert checkpoint_epochs(done) == [0, 1, 2, 3]


def test_a_preview_that_is_being_written_is_left_out(done: RunRecord) -> None:
    os.truncate(done.folder / "preview.u8", 3 * 2 * 7840 - 1)
    assert read_previews(done).shape == (2, 2, 10, 784)
    (done.folder / "preview.u8").unlink()
    assert read_previews(done).shape == (0, 2, 10, 784)
