"""Bundles whose files are those of a run, and hold what no run has written."""

from __future__ import annotations

import importlib
import json
import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch

from core.export import import_zip, write_zip
from core.runs.errors import RunError
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from core.training.record import read_previews, read_weights
from core.tsne.recording import load_recording
from models import MODELS
from tests.core.conftest import few_test_digits, one_thread
from tests.support.recorded_run import DIGITS, diverge, record_run

__all__ = ["few_test_digits", "one_thread"]

# Written so, since the function hides its module of the same name.
run_events_module = importlib.import_module("core.execution.run_events")

Entries = dict[str, bytes]


def unpacked(record: RunRecord) -> Entries:
    """The run's own files in its bundle."""
    path = record.folder.with_suffix(".zip")
    write_zip(record, path)
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{record.id}/run/")]
        return {name.rpartition("/")[2]: archive.read(name) for name in names}


def packed(path: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(f"forged/run/{name}", content)
    return path


def trained(store: RunStore, model: str, folder: Path, **values: Any) -> RunRecord:
    settings = training_settings(model, values, {"epochs": 2, "digits": 1000, "batch_size": 100})
    record = store.create("train", settings, title=f"My {model}", folder=folder)
    for _ in run_events_module.run_events(record):
        pass
    return record


@pytest.fixture
def training(store: RunStore, tmp_path: Path, one_thread: None, few_test_digits: None) -> Entries:
    return unpacked(trained(store, "compression", tmp_path / "made", hidden_dims=(), latent_dim=4))


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> Entries:
    return unpacked(record_run(tmp_path_factory.mktemp("made") / "run"))


def rows(entries: Entries, change: Callable[[list[dict[str, Any]]], object]) -> Entries:
    """The entries with other rows in the history."""
    history = [json.loads(line) for line in entries["history.jsonl"].splitlines()]
    change(history)
    lines = (json.dumps(row) + "\n" for row in history)
    return {**entries, "history.jsonl": "".join(lines).encode()}


def line(entries: Entries, text: str) -> Entries:
    """The entries with one more line in the history."""
    return {**entries, "history.jsonl": entries["history.jsonl"] + text.encode() + b"\n"}


def edited(entries: Entries, name: str, **values: Any) -> Entries:
    """The entries with other values in a file of JSON."""
    content = {**json.loads(entries[name]), **values}
    return {**entries, name: json.dumps(content).encode()}


def tensors(
    entries: Entries, name: str, change: Callable[[dict[str, torch.Tensor]], object]
) -> Entries:
    """The entries with other tensors in a file, whose metadata stay."""
    content = entries[name]
    found = safetensors.torch.load(content)
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    change(found)
    saved = safetensors.torch.save(found, header.get("__metadata__"))
    return {**entries, name: saved}


def put(name: str, value: torch.Tensor) -> Callable[[dict[str, torch.Tensor]], object]:
    return lambda found: found.__setitem__(name, value)


def in_row(place: int, **values: Any) -> Callable[[list[dict[str, Any]]], object]:
    return lambda history: history[place].update(values)


CODE = "encoder.0.weight"
LAST = "epoch-002.safetensors"
CHECK = "checkpoint.safetensors"
ROW = "a row of its history holds something that no run writes"
Forge = Callable[[Entries], Entries]

OF_TRAINING: dict[str, tuple[Forge, str]] = {
    "a loss of NaN": (lambda e: line(e, '{"event":"epoch","epoch":3,"validation":{"loss":NaN}}'),
                      ROW),
    "an infinite loss": (lambda e: rows(e, in_row(-1, validation={"loss": 1e999})), ROW),
    "a loss of text": (lambda e: rows(e, in_row(-1, validation={"loss": "<b>0</b>"})), ROW),
    "no loss": (lambda e: rows(e, in_row(-1, validation={})), ROW),
    "another term": (lambda e: rows(e, in_row(-1, train={"<script>": 1.0})), ROW),
    "an epoch of its own": (lambda e: rows(e, in_row(-1, epoch=10**6)), ROW),
    "an epoch twice": (lambda e: rows(e, lambda h: h.append(h[-1])), ROW),
    "a negative time": (lambda e: rows(e, in_row(-1, seconds=-1)), ROW),
    "an event of its own": (lambda e: line(e, '{"event":"exec","epoch":1}'), ROW),
    "rows of another kind": (lambda e: line(e, '{"event":"frame","iteration":0}'), ROW),
    "a deep row": (lambda e: line(e, "[" * 100_000 + "]" * 100_000), "no run has"),
    "no row": (lambda e: line(e, "5"), "holds a line that is no row"),
    "steps without end": (
        lambda e: line(e, "\n".join(['{"event":"step","epoch":1,"train":{}}'] * 1000)), ROW),
    "an unfinished run that is done": (
        lambda e: {n: c for n, c in rows(e, lambda h: h.pop()).items() if n not in (CHECK, LAST)},
        "it says that it is done, and has 1 of 2 epochs"),
    "weights of NaN": (lambda e: tensors(e, LAST, put(CODE, torch.full((4, 784), np.nan))),
                       "NaN or infinite"),
    "another shape": (lambda e: tensors(e, LAST, put(CODE, torch.zeros(5, 784))),
                      "is 5 × 784 numbers of type float32, and its settings ask for 4 × 784"),
    "another type": (lambda e: tensors(e, LAST, put(CODE, torch.zeros(4, 784).double())),
                     "numbers of type float64"),
    "one tensor more": (lambda e: tensors(e, LAST, put("evil", torch.zeros(1))),
                        "are those of another run ('evil')"),
    "one tensor less": (lambda e: tensors(e, LAST, lambda found: found.pop(CODE)),
                        "are those of another run"),
    "a pickle": (lambda e: {**e, LAST: b"\x80\x04\x95"}, "is damaged"),
    "a header of a gigabyte": (lambda e: {**e, LAST: (2**30).to_bytes(8, "little") + b"{}"},
                               "is damaged"),
    "weights of the future": (lambda e: {**e, "epoch-009.safetensors": e[LAST]},
                              "it has weights of epoch 9, and 2 epochs are over"),
    "pictures without end": (lambda e: {**e, "preview.u8": bytes(15680 * 4)}, "more pictures"),
    "more of the first epoch": (lambda e: {**e, "first-epoch.u8": bytes(7840 * 6)},
                                "more pictures"),
    "frames": (lambda e: {**e, "frames.f16": b""}, "no file of its kind of run"),
    "another optimizer's state": (
        lambda e: tensors(e, CHECK, lambda found: found.pop("optimizer.0.exp_avg")),
        "are those of another run"),
    "random numbers of zeros": (
        lambda e: tensors(e, CHECK, put("generator", torch.zeros(5056, dtype=torch.uint8))),
        "no state of random numbers"),
    "a checkpoint of the future": (
        lambda e: tensors(e, CHECK, put("epoch", torch.tensor(99))), "has not reached"),
    "versions that are code": (lambda e: edited(e, "run.json", versions={"torch": "<img src=x>"}),
                               "its versions are damaged"),
    "versions without end": (
        lambda e: {**e, "continued.json": json.dumps([{"torch": "1"}] * 101).encode()},
        "continued.json is damaged"),
    "an origin that is none": (lambda e: edited(e, "run.json", imported={"id": 5}),
                               "imported.id has a value that it cannot have"),
    "a time of NaN": (lambda e: edited(e, "state.json", seconds=float("nan")),
                      "state.json is damaged"),
    "a setting of NaN": (
        lambda e: {**e, "run.json": e["run.json"].replace(
            b'"learning_rate": 0.01', b'"learning_rate": NaN')}, "must be a finite number"),
    "a setting of its own": (
        lambda e: {**e, "run.json": e["run.json"].replace(b'"seed"', b'"__class__"')},
        "is not a setting of TrainConfig"),
    "a deep request": (lambda e: {**e, "run.json": b"[" * 100_000}, "no readable run.json"),
}  # fmt: skip


def refusal(path: Path, store: RunStore) -> str:
    """What a refusal says; nothing is left behind."""
    with pytest.raises(RunError) as refused:
        import_zip(path, store)
    assert not store.runs.exists() or os.listdir(store.runs) == []
    said = str(refused.value)
    assert "\n" not in said
    assert "Traceback" not in said
    assert len(said) < 400
    return said


@pytest.mark.parametrize(("forge", "says"), OF_TRAINING.values(), ids=OF_TRAINING)
def test_a_forged_training_is_refused(
    forge: Forge, says: str, training: Entries, store: RunStore, tmp_path: Path
) -> None:
    assert says in refusal(packed(tmp_path / "x.zip", forge(training)), store)


FRAME = 2 * DIGITS * 2 * 2
POINTS = "points.safetensors"


def infinite_frame(entries: Entries) -> Entries:
    frames = np.frombuffer(entries["frames.f16"], np.float16).copy()
    frames[5] = np.inf
    return {**entries, "frames.f16": frames.tobytes()}


OF_MAPS: dict[str, tuple[Forge, str]] = {
    "a KL of text": (lambda e: rows(e, in_row(-1, kl_divergence={"sgd": "0"})), ROW),
    "an infinite KL": (lambda e: rows(e, in_row(-1, kl_divergence={"sgd": 1e999})), ROW),
    "a map of its own": (lambda e: rows(e, in_row(-1, kl_divergence={"<b>": 1.0})), ROW),
    "an iteration twice": (lambda e: rows(e, lambda h: h.append(h[-1])), ROW),
    "a frame of the future": (lambda e: rows(e, in_row(-1, frame=10**9)), ROW),
    "frames in disorder": (lambda e: rows(e, in_row(-1, frame=2)), "history.jsonl"),
    "a perplexity of text": (lambda e: rows(e, in_row(0, perplexity={"median": "x"})), ROW),
    "other digits": (lambda e: tensors(e, POINTS, put(
        "indices", torch.arange(1, DIGITS + 1))), "names other digits than its settings"),
    "other labels": (lambda e: tensors(e, POINTS, put("labels", torch.zeros(DIGITS).long())),
                     "names other digits than its settings"),
    "labels that are none": (lambda e: tensors(e, POINTS, put(
        "labels", torch.full((DIGITS,), 99))), "its labels are not those of digits"),
    "an infinite position": (infinite_frame, "NaN or infinite"),
    "too many frames": (lambda e: {**e, "frames.f16": e["frames.f16"] + bytes(2 * FRAME)},
                        "holds more frames than its history"),
    "frames that lack": (lambda e: {**e, "frames.f16": e["frames.f16"][:FRAME]}, "frames"),
    "last positions of another run": (
        lambda e: tensors(e, "positions.safetensors", put("sgd", torch.zeros(3, 2))),
        "positions.safetensors are those of another run"),
    "last positions of NaN": (
        lambda e: tensors(e, "positions.safetensors", put("sgd", torch.full((DIGITS, 2), np.nan))),
        "NaN or infinite"),
    "a checkpoint of another map": (
        lambda e: tensors(e, CHECK, put("evil.positions", torch.zeros(DIGITS, 2))),
        "are those of another run"),
    "a checkpoint of more digits": (
        lambda e: tensors(e, CHECK, put("sgd.positions", torch.zeros(DIGITS + 1, 2))),
        "has another shape than its maps"),
    "weights": (lambda e: {**e, "epoch-001.safetensors": b""}, "no file of its kind of run"),
}  # fmt: skip


@pytest.mark.parametrize(("forge", "says"), OF_MAPS.values(), ids=OF_MAPS)
def test_a_forged_map_is_refused(
    forge: Forge, says: str, maps: Entries, store: RunStore, tmp_path: Path
) -> None:
    assert says in refusal(packed(tmp_path / "x.zip", forge(maps)), store)


def same_folder(one: RunRecord, other: RunRecord, but: Mapping[str, object]) -> None:
    """The same files with the same bytes, but for these."""
    names = {path.name for path in one.folder.iterdir()} - but.keys()
    assert names == {path.name for path in other.folder.iterdir()} - but.keys()
    for name in names:
        assert (one.folder / name).read_bytes() == (other.folder / name).read_bytes(), name


ANEW = dict.fromkeys(["run.json", "state.json", "lease.json", "control"])


@pytest.mark.parametrize("model", MODELS)
def test_a_training_comes_back_as_it_was(
    model: str, store: RunStore, tmp_path: Path, one_thread: None, few_test_digits: None
) -> None:
    made = trained(store, model, tmp_path / "made")
    write_zip(made, tmp_path / "made.zip")
    record = import_zip(tmp_path / "made.zip", store, visitor="me")
    same_folder(made, record, ANEW)
    assert record.history() == made.history()
    assert np.array_equal(read_previews(record), read_previews(made))
    for epoch in (0, 1, 2):
        ours, theirs = read_weights(made, epoch), read_weights(record, epoch)
        assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert record.request.settings == made.request.settings
    assert (record.request.visitor, record.request.title) == ("me", f"My {model}")
    assert record.state == made.state.__class__(**{**vars(made.state), "submitted_at": 0.0})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"optimizers": ["gains", "adam:start=pca:perplexity=9"], "classes": [1, 7]},
        {"affinity": "perplexity", "perplexity": 8.0, "engine": "mesh", "record_limit": 0.01},
    ],
)
def test_maps_come_back_as_they_were(
    values: dict[str, Any], store: RunStore, tmp_path: Path
) -> None:
    made = record_run(tmp_path / "made", **values)
    write_zip(made, tmp_path / "made.zip")
    record = import_zip(tmp_path / "made.zip", store)
    same_folder(made, record, ANEW)
    assert np.array_equal(load_recording(made).positions, load_recording(record).positions)
    assert record.request.settings == made.request.settings


def test_maps_that_diverged_come_back(store: RunStore, tmp_path: Path) -> None:
    made = record_run(tmp_path / "made")
    diverge(made, "sgd", 20)
    write_zip(made, tmp_path / "made.zip")
    record = import_zip(tmp_path / "made.zip", store)
    positions = load_recording(record).positions
    assert np.array_equal(np.isnan(positions).all(axis=(2, 3)).sum(axis=0), [11, 0])


def gallery() -> Iterator[Path]:
    return (path.parent for path in Path("checkpoints/gallery").glob("*/run.json"))


@pytest.mark.parametrize("folder", sorted(gallery()), ids=lambda folder: folder.name)
def test_every_run_of_the_gallery_is_taken_back(
    folder: Path, store: RunStore, tmp_path: Path
) -> None:
    made = RunRecord(folder.absolute())
    write_zip(made, tmp_path / "run.zip")
    record = import_zip(tmp_path / "run.zip", store)
    same_folder(made, record, {**ANEW, "code-worth.json": None})
