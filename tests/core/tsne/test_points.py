"""What a t-SNE run maps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torchvision.datasets import FashionMNIST

from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.data.digits import load_digits
from core.data.shipped import unpacked
from core.execution import execute
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.kept_neighbours import shares_kept, shares_kept_by
from core.tsne.placement import load_map
from core.tsne.points import pinned_source
from core.tsne.recording import load_recording
from core.tsne.run import TSNEConfig, TSNERun

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_run_is_a_source_as_it_is_now(done: RunRecord, tmp_path: Path) -> None:
    store = RunStore(tmp_path, tmp_path / "gallery")
    assert pinned_source(done.id, MNIST, store) == f"{done.id}@3"
    for source in ("pixels", "noise", f"{done.id}@2"):
        assert pinned_source(source, MNIST, store) == source
    with pytest.raises(
        RunError, match=r"epoch 4 of run copy is not saved\. Choose one of 0, 1, 2, 3"
    ):
        pinned_source(f"{done.id}@4", MNIST, store)
    for weights in done.folder.glob("epoch-*"):
        weights.unlink()
    with pytest.raises(RunError, match=rf"source \(={done.id}\) .* no saved weights"):
        pinned_source(done.id, MNIST, store)
    with pytest.raises(RunError, match="There is no run gone here"):
        pinned_source("gone", MNIST, store)


MODEL_OF_DIGITS = (
    "Run mine learns from MNIST, so it has no codes for Fashion-MNIST; choose a model of the same "
    "data set."
)


@pytest.fixture
def mine(done: RunRecord, store: RunStore) -> RunRecord:
    """A trained model of digits among the lab's runs."""
    store.runs.mkdir(parents=True, exist_ok=True)
    done.folder.rename(store.runs / "mine")
    return store.get("mine")


def make(store: RunStore, **values: Any) -> RunRecord:
    config = TSNEConfig.from_dict({"digits": 150, "iterations": 3, "quality_every": 1, **values})
    return store.create("tsne", {"config": config.to_dict()}, title="Map")


def test_codes_of_a_model_of_other_data_are_refused(mine: RunRecord, store: RunStore) -> None:
    with pytest.raises(RunError) as caught:
        pinned_source("mine", FASHION, store)
    assert str(caught.value) == MODEL_OF_DIGITS
    # It was allowed when it began, and run.json was edited since.
    record = make(store, source="mine@2", data=FASHION)
    execute(str(record.folder), record.state.submitted_at)
    assert (record.state.status, record.state.error) == ("failed", MODEL_OF_DIGITS)


def test_a_run_of_clothes_maps_clothes(store: RunStore) -> None:
    digits, clothes = (
        make(store, data=data, classes=[1, 5], digits=300, iterations=40)
        for data in (MNIST, FASHION)
    )
    for record in (digits, clothes):
        execute(str(record.folder), record.state.submitted_at)
        assert record.state.status == "done", record.state.error
    found = load_recording(clothes)
    reference = FashionMNIST(unpacked(DATA_SETS[FASHION]), train=True)
    rows = np.flatnonzero(np.isin(reference.targets, [1, 5]))[:300]
    assert found.indices.tolist() == rows.tolist()
    assert found.labels.tolist() == reference.targets[rows].tolist()
    assert found.labels.tolist() != load_recording(digits).labels.tolist()

    of_run = load_map(clothes, "adam", store)
    pixels = (reference.data[rows] / 255).flatten(1)
    assert torch.equal(of_run.points, pixels)
    # The first step is not random: it follows from the pixels alone.
    config = TSNEConfig.from_dict(clothes.request.settings["config"])
    again = list(TSNERun(config, pixels, reference.targets[rows], torch.from_numpy(rows)).frames())
    assert found.positions[1] == pytest.approx(again[1].positions.numpy(), rel=1e-3, abs=1e-3)

    positions = torch.from_numpy(found.positions[-1].astype(np.float32))
    kept = shares_kept_by(clothes, found, store)
    assert kept == pytest.approx(shares_kept(pixels, positions), abs=0.01)
    others = load_digits("train").pixels[rows]
    assert kept != pytest.approx(shares_kept(others, positions), abs=0.01)


def test_a_run_of_before_there_were_data_sets_maps_mnist(store: RunStore) -> None:
    today, before = make(store), make(store)
    path = before.folder / "run.json"
    request = json.loads(path.read_text())
    del request["settings"]["config"]["data"]
    path.write_text(json.dumps(request))
    before = RunRecord(before.folder)
    for record in (today, before):
        execute(str(record.folder), record.state.submitted_at)
    first, second = load_recording(today), load_recording(before)
    assert np.array_equal(first.labels, second.labels)
    assert np.array_equal(first.positions, second.positions)
