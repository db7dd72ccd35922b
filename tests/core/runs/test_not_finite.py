"""Numbers that are NaN or infinite, in files of the right length: one sentence wherever they are
loaded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from core.__main__ import main
from core.execution import run_events
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model, read_weights
from models import MODELS
from tests.core.conftest import MakeRun
from tests.support.damaged_weights import DAMAGES, NOT_FINITE, all_bytes
from tests.support.recorded_run import diverge, record_run

pytestmark = pytest.mark.usefixtures("one_thread")

GALLERY = Path(__file__).resolve().parents[3] / "checkpoints" / "gallery"
Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_weights_end_in_a_sentence(done: RunRecord, damage: Callable[[Path], None]) -> None:
    damage(done.folder / "epoch-002.safetensors")
    sentence = (
        rf"^epoch-002.safetensors of run copy is damaged \({NOT_FINITE}\); choose another epoch, "
        r"or train it again\.$"
    )
    with pytest.raises(RunError, match=sentence):
        load_model(done, 2)
    with pytest.raises(RunError, match=sentence):
        read_weights(done, 2)
    load_model(done, 3)  # the others are whole


def test_one_bad_number_is_enough(done: RunRecord) -> None:
    path = done.folder / "epoch-002.safetensors"
    whole = safetensors.torch.load(path.read_bytes())
    for name in whole:
        tensors = {key: tensor.clone() for key, tensor in whole.items()}
        tensors[name].view(-1)[-1] = torch.nan
        path.write_bytes(safetensors.torch.save(tensors))
        with pytest.raises(RunError, match=NOT_FINITE):
            load_model(done, 2)


def test_what_becomes_infinite_in_float32_is_not_finite(done: RunRecord) -> None:
    path = done.folder / "epoch-002.safetensors"
    tensors = {key: each.double() for key, each in read_weights(done, 2).items()}
    tensors["encoder.0.weight"][0, 0] = 1e300
    path.write_bytes(safetensors.torch.save(tensors))
    with pytest.raises(RunError, match=NOT_FINITE):
        load_model(done, 2)


@pytest.mark.parametrize("name", ["vae", "vae-2d"])
def test_weights_that_are_finite_and_too_large(name: str, tmp_path: Path) -> None:
    shutil.copytree(GALLERY / name, tmp_path / "run")
    all_bytes(0x7E)(tmp_path / "run" / "epoch-050.safetensors")  # 8.5e37 each
    with pytest.raises(RunError, match="its weights are so large that the model computes NaN or"):
        load_model(RunRecord(tmp_path / "run"), 50)


@pytest.mark.parametrize("name", MODELS)
def test_all_saved_epochs_of_the_gallery_pass(name: str) -> None:
    for run in RunStore().list("train"):
        if run.in_gallery and run.request.settings["model"] == name:
            record = RunRecord(GALLERY / run.id)
            for epoch in checkpoint_epochs(record):
                load_model(record, epoch)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_resuming_from_such_a_state_fails_with_a_sentence(
    make_run: MakeRun, capsys: Capture, damage: Callable[[Path], None], few_test_digits: None
) -> None:
    record = make_run()
    for event in run_events(record):
        if event.progress > 0.4:
            record.control.request("pause", local_user())
    assert record.state.status == "paused"
    damage(record.folder / "checkpoint.safetensors")
    rows = record.history()
    assert main(["resume", str(record.folder)]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert said == (
        f"python -m core: checkpoint.safetensors of run {record.id} is damaged ({NOT_FINITE}); "
        "start a new run with the same settings."
    )
    again = RunRecord(record.folder)
    assert again.state.status == "failed"
    assert again.state.error in said
    assert again.history() == rows, "what it had recorded is still there"


def test_a_map_that_has_diverged_can_be_resumed_beside_the_others(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run")
    path = record.folder / "checkpoint.safetensors"
    with safetensors.safe_open(path, "pt") as file:
        metadata = file.metadata()
    tensors = {key: each.clone() for key, each in safetensors.torch.load_file(path).items()}
    tensors["adam.positions"][:] = torch.nan
    path.write_bytes(safetensors.torch.save(tensors, metadata))
    with pytest.raises(RunError, match=rf"checkpoint.safetensors .*{NOT_FINITE}"):
        record.rewind_to_checkpoint()
    diverge(record, "adam", first=30)
    lengths = {
        name: (record.folder / name).stat().st_size for name in ("history.jsonl", "frames.f16")
    }
    metadata = {"lengths": json.dumps(lengths)}
    path.write_bytes(safetensors.torch.save(tensors, metadata))
    restored = RunRecord(record.folder).rewind_to_checkpoint()
    assert restored is not None
    assert restored["adam.positions"].isnan().all()
    tensors["sgd.positions"][0, 0] = torch.inf
    path.write_bytes(safetensors.torch.save(tensors, metadata))
    with pytest.raises(RunError, match=NOT_FINITE):
        RunRecord(record.folder).rewind_to_checkpoint()


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_map_of_such_codes_is_refused_before_its_folder_is_made(
    damage: Callable[[Path], None], store: RunStore, capsys: Capture, tmp_path: Path
) -> None:
    shutil.copytree(GALLERY / "compression", store.runs / "mine")
    damage(store.runs / "mine" / "epoch-050.safetensors")
    for source in ("mine", "mine@50"):
        options = ["--set", f"source={source}", "--out", str(tmp_path / "map")]
        assert main(["tsne", "--digits", "100", "--iterations", "1", *options]) == 1
        said = capsys.readouterr().err
        assert NOT_FINITE in said
        assert "Traceback" not in said
        assert not (tmp_path / "map").exists()


@pytest.mark.parametrize("kind", ["csv", "gif", "html"])
def test_maps_that_are_not_finite_cannot_be_exported(
    kind: str, tmp_path: Path, capsys: Capture
) -> None:
    record = record_run(tmp_path / "run")
    frames = record.folder / "frames.f16"
    content = np.frombuffer(frames.read_bytes(), np.float16).copy()
    content[:] = np.nan
    frames.write_bytes(content.tobytes())
    target = tmp_path / f"map.{kind}"
    assert main(["export", str(record.folder), f"--{kind}", str(target)]) == 1
    assert f"frames.f16 of run run is damaged ({NOT_FINITE})" in capsys.readouterr().err
    assert not target.exists()
