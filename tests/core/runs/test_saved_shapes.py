"""Resuming a run whose run.json was edited after it had begun."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core.execution import run_events
from core.execution.pending import make_pending
from core.files import read_json, replace_json
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.training.events import Epoch
from core.training.record import read_configs
from tests.core.conftest import MakeRun, content
from tests.support.recorded_run import ITERATIONS, record_run
from tests.support.settings import change

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


def edit(record: RunRecord, values: Mapping[str, Any]) -> RunRecord:
    """Change settings in run.json, as with an editor; return what is read from it then."""
    path = record.folder / "run.json"
    request = read_json(path)
    change(request["settings"], values)
    replace_json(path, request)
    return RunRecord(record.folder)


def resume(record: RunRecord) -> str:
    """Go on with the run; return the sentence in which that ends."""
    if record.state.status == "done":
        record.set_state(status="paused")
    make_pending(record)
    for _ in run_events(record):
        pass
    return record.state.error


def paused_after(epoch: int, record: RunRecord) -> RunRecord:
    for event in run_events(record):
        if isinstance(event, Epoch) and event.epoch == epoch:
            record.control.request("pause", local_user())
    assert record.state.status == "paused"
    return record


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"latent_dim": 8},
            "encoder.2.weight was saved with the shape 32 × 128, and the settings now ask for "
            "8 × 128.",
        ),
        (
            {"hidden_dims": [64]},
            "encoder.0.weight was saved with the shape 128 × 784, and the settings now ask for "
            "64 × 784.",
        ),
        (
            {"hidden_dims": [128, 64]},
            "encoder.2.weight was saved with the shape 32 × 128, and the settings now ask for "
            "64 × 128.",
        ),
        (
            {"tied_weights": True},
            "decoder.0.weight was saved, and the settings no longer ask for it.",
        ),
        (
            {"optimizer": "sgd"},
            "the settings now ask for optimizer.0.momentum_buffer, which was not saved.",
        ),
        ({"epochs": 1}, "it has done 2 epochs already, and the settings now ask for 1."),
    ],
)
def test_a_training_says_what_does_not_fit_and_goes_on_when_that_is_undone(
    make_run: MakeRun, values: dict[str, Any], sentence: str
) -> None:
    whole, record = make_run(), paused_after(2, make_run())
    _, config, training = read_configs(record)
    settings = {**config.to_dict(), **training.to_dict()}
    for _ in run_events(whole):
        pass
    edited = edit(record, values)
    assert resume(edited) == (
        f"The run cannot go on, since its settings were changed after it had begun: {sentence} "
        "Undo the change in run.json, or start a new run."
    )
    assert edited.state.status == "failed"
    undone = edit(edited, {name: settings[name] for name in values})
    assert resume(undone) == ""
    assert content(undone) == content(whole)


def test_another_model_is_refused_by_its_tensors(make_run: MakeRun) -> None:
    record = paused_after(1, make_run())
    path = record.folder / "run.json"
    request = read_json(path)
    request["settings"]["model"] = "vae"
    request["settings"]["config"] = {}
    replace_json(path, request)
    error = resume(RunRecord(record.folder))
    assert "encoder.2.weight was saved with the shape 32 × 128, and the settings now" in error


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"digits": 110},
            "sgd.positions was saved with the shape 120 × 2, and the settings now ask for 110 × 2.",
        ),
        (
            {"iterations": 20},
            f"it has done {ITERATIONS} iterations already, and the settings now ask for 20.",
        ),
        (
            {"optimizers": ["sgd", "adam", "rmsprop"]},
            "the settings now ask for rmsprop.positions, which was not saved.",
        ),
        (
            {"optimizers": ["sgd"]},
            "adam.positions was saved, and the settings no longer ask for it.",
        ),
    ],
)
def test_maps_say_what_does_not_fit(tmp_path: Path, values: dict[str, Any], sentence: str) -> None:
    record = record_run(tmp_path / "map")
    before = (record.folder / "frames.f16").read_bytes()
    assert f"had begun: {sentence} Undo the change" in resume(edit(record, values))
    assert (record.folder / "frames.f16").read_bytes() == before
