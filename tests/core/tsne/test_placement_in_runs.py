"""Placing digits into the map of a run, from its folder: whole, of codes, and damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from torch import Tensor

from core.analysis.latent import encode
from core.data.digits import load_digits
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.training.record import load_model
from core.tsne.placement import load_map, place
from core.tsne.run import FRAMES_FILE, POINTS_FILE, POSITIONS_FILE, TSNEConfig
from tests.support.recorded_run import DIGITS, ITERATIONS, diverge, record_run

pytestmark = pytest.mark.usefixtures("one_thread")

Damage = Callable[[Path], object]


def _new(count: int) -> Tensor:
    return load_digits("test").pixels[:count]


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    return record_run(tmp_path / "run")


def test_a_run_is_placed_into_from_its_folder(record: RunRecord) -> None:
    train = load_digits("train")
    final = safetensors.numpy.load_file(record.folder / POSITIONS_FILE)["sgd"]
    expected = place(train.pixels[:DIGITS], torch.from_numpy(final), _new(3), TSNEConfig(), k=4)

    placed = load_map(record, "sgd").place(_new(3), k=4)

    assert torch.equal(placed.positions, expected.positions)
    assert torch.equal(placed.neighbours, expected.neighbours)


def test_a_run_that_goes_on_is_placed_into_as_it_stands(tmp_path: Path) -> None:
    record = record_run(tmp_path / "run", until=ITERATIONS // 2)

    assert load_map(record, "adam").place(_new(1)).positions.isfinite().all()


def test_digits_are_encoded_for_a_map_of_codes(done: RunRecord, tmp_path: Path) -> None:
    store = RunStore(tmp_path, tmp_path / "gallery")
    record = record_run(tmp_path / "codes", source=f"{done.id}@2")
    model = load_model(done, 2)

    found = load_map(record, "adam", store)
    placed = found.place(_new(4))

    torch.testing.assert_close(found.points, encode(model, load_digits("train").pixels[:DIGITS]))
    expected = place(found.points, found.positions, encode(model, _new(4)), found.config)
    assert torch.equal(placed.positions, expected.positions)

    (done.folder / "epoch-002.safetensors").unlink()
    with pytest.raises(RunError, match=r"epoch 2 of run copy is not saved\. Choose one of 0, 1, 3"):
        found.place(_new(1))


@pytest.mark.parametrize(
    ("values", "optimizer", "sentence"),
    [
        ({}, "rprop", r"rprop is not an optimiser of run run; it has sgd, adam\."),
        ({"source": "noise"}, "sgd", "maps noise .* choose a run of pixels or codes"),
        ({"source": "gone"}, "sgd", "gone"),
        ({"source": "gone@x"}, "sgd", "gone"),
    ],
)
def test_what_a_run_cannot_give_is_told(
    tmp_path: Path, values: dict[str, Any], optimizer: str, sentence: str
) -> None:
    record = record_run(tmp_path / "run", **values)
    with pytest.raises(RunError, match=sentence):
        load_map(record, optimizer, RunStore(tmp_path / "runs", tmp_path / "gallery"))


def _lose_numbers(folder: Path) -> None:
    size = (folder / FRAMES_FILE).stat().st_size
    (folder / FRAMES_FILE).write_bytes(np.full(size // 2, np.nan, np.float16).tobytes())


def _name_other_digits(folder: Path) -> None:
    points = safetensors.numpy.load_file(folder / POINTS_FILE)
    points["indices"] = points["indices"] + 70_000
    safetensors.numpy.save_file(points, folder / POINTS_FILE)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: diverge(RunRecord(folder), "adam", first=5), "has diverged"),
        (_lose_numbers, "frames.f16 .* damaged"),
        (_name_other_digits, "digits that do not exist"),
        (lambda folder: (folder / POINTS_FILE).unlink(), "no file points.safetensors"),
        (lambda folder: (folder / POSITIONS_FILE).write_bytes(b"?"), "is damaged"),
        (lambda folder: (folder / FRAMES_FILE).unlink(), "no file frames.f16"),
    ],
)
def test_a_damaged_run_is_told(record: RunRecord, damage: Damage, sentence: str) -> None:
    damage(record.folder)
    with pytest.raises(RunError, match=sentence):
        load_map(record, "adam")


def test_a_training_has_no_map() -> None:
    with pytest.raises(RunError, match="choose a t-SNE run"):
        load_map(RunStore().get("compression"), "adam")
