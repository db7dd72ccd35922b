"""Opened weights as a run: measured, kept, carried by bundles, and never trained on."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.data.digits import load_digits
from core.execution.pending import lengthen, make_pending
from core.export import import_zip, write_zip
from core.own_weights import open_weights, propose, read_opened, read_weights
from core.runs.copies import copy_run
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.training.record import epoch_rows, load_model, read_previews
from models import MODELS, OPENED, build, name_of, spec_of
from models.stack import Stack, StackConfig
from tests.support.own_weights import Variational, saved, sequential


def opened(store: RunStore, net: torch.nn.Module, **words: str) -> RunRecord:
    tensors = read_weights(saved(net.state_dict()))
    given = {"title": "mine", "file": "mine.pt", **words}
    return open_weights(propose(tensors).match, tensors, store, **given)


def test_the_run_is_done_and_has_what_the_network_makes_of_digits(store: RunStore) -> None:
    net = sequential()
    record = opened(store, net, visitor="ada")
    assert (record.request.kind, record.state.status) == ("own-weights", "done")
    assert record.request.visitor == "ada"
    test = load_digits("test").pixels
    with torch.no_grad():
        expected = net(test)
    (row,) = epoch_rows(record)
    error = float((expected - test).square().mean())
    assert row["validation"]["loss"] == pytest.approx(error, rel=1e-4)
    model = load_model(record, row["epoch"])
    with torch.no_grad():
        assert torch.allclose(model(test[:500]), expected[:500], rtol=0, atol=1e-6)
    (previews,) = read_previews(record)
    assert previews.shape == (2, 10, 784)
    assert read_opened(record).layers == ("0.weight", "2.weight", "4.weight", "6.weight")


def test_a_vae_is_measured_by_its_evidence_lower_bound(store: RunStore) -> None:
    net = Variational()
    record = opened(store, net)
    test = load_digits("test").pixels
    with torch.no_grad():
        mean, deviation = net.posterior(test)
        kl = torch.distributions.kl_divergence(
            torch.distributions.Normal(mean, deviation), torch.distributions.Normal(0.0, 1.0)
        )
    (row,) = epoch_rows(record)
    terms = row["validation"]
    assert terms["kl_to_prior"] == pytest.approx(float(kl.sum(dim=1).mean()), rel=1e-4)
    assert terms["elbo"] == pytest.approx(-784 * terms["loss"], rel=1e-5)
    assert terms["elbo"] == pytest.approx(
        -784 * terms["cross_entropy"] - terms["kl_to_prior"], rel=1e-5
    )
    assert terms["cross_entropy"] == pytest.approx(0.1265, abs=0.003)  # of the gallery's run


def test_the_lab_does_not_train_on(store: RunStore) -> None:
    record = opened(store, sequential())
    for attempt in (
        lambda: make_pending(record, ("done",)),
        lambda: lengthen(record, "training", "epochs", 9),
        lambda: copy_run(record, store, "eve"),
    ):
        with pytest.raises(RunError):
            attempt()
    assert record.state.status == "done"


def test_no_form_offers_opened_networks() -> None:
    assert not set(MODELS) & set(OPENED)
    for name, spec in OPENED.items():
        assert spec_of(name) is spec
        assert name_of(spec.model) == name
        build(name, spec.config(), seed=0)


def test_a_run_that_is_refused_leaves_nothing(store: RunStore) -> None:
    tensors = read_weights(saved(sequential().state_dict()))
    match = propose(tensors).match
    huge = {name: tensor * 1e30 for name, tensor in tensors.items()}
    with pytest.raises(RunError, match="NaN or infinite"):
        open_weights(
            match.with_activation(0, "identity")
            .with_activation(1, "identity")
            .with_activation(2, "relu")
            .with_activation(3, "identity"),
            huge,
            store,
            title="x",
            file="x",
        )
    assert not store.runs.exists() or not list(store.runs.iterdir())


def bundle(record: RunRecord, tmp_path: Path) -> bytes:
    path = tmp_path / "run.zip"
    write_zip(record, path)
    return path.read_bytes()


@pytest.mark.parametrize("make", [sequential, Variational])
def test_a_bundle_brings_it_to_another_lab(
    make: Callable[[], torch.nn.Module], store: RunStore, tmp_path: Path
) -> None:
    record = opened(store, make())
    content = bundle(record, tmp_path)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = {name.partition("/")[2] for name in packed.namelist()}
        readme = packed.read(f"{record.id}/README.md").decode()
    assert {"run/epoch-001.safetensors", "pictures/digits.png", "curves.csv"} <= names
    assert ("pictures/samples.png" in names) == (make is Variational)
    assert "reproduce.py" not in names
    assert "trained outside the lab" in readme
    other = import_zip(io.BytesIO(content), store, name="run.zip")
    assert other.request.kind == "own-weights"
    assert read_opened(other) == read_opened(record)
    assert epoch_rows(other) == epoch_rows(record)


def edited(content: bytes, name: str, change: Callable[[Any], Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            data = old.read(entry)
            if entry.endswith(name):
                data = json.dumps(change(json.loads(data))).encode() + b"\n"
            new.writestr(entry, data)
    return out.getvalue()


def _set(values: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    inner = values
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = to
    return values


@pytest.mark.parametrize(
    ("file", "path", "value"),
    [
        ("run/run.json", ("settings", "model"), "compression"),
        ("run/run.json", ("settings", "opened", "file"), 5),
        ("run/run.json", ("settings", "opened", "layers"), ["x" * 500]),
        ("run/run.json", ("settings", "opened", "scale"), "other"),
        ("run/run.json", ("settings", "config", "encoder"), [64, 32]),
        ("run/run.json", ("settings", "config", "encoder_activations"), ["sigmoid", "exec"]),
        ("run/state.json", ("status",), "paused"),
        ("run/history.jsonl", ("epoch",), 2),
        ("run/history.jsonl", ("validation",), {"loss": None}),
        ("run/history.jsonl", ("validation",), {"other": 1.0}),
    ],
)
def test_a_changed_bundle_is_refused(
    store: RunStore, tmp_path: Path, file: str, path: tuple[str, ...], value: Any
) -> None:
    content = bundle(opened(store, sequential()), tmp_path)
    before = len(store.list())
    changed = edited(content, file, lambda values: _set(values, *path, to=value))
    with pytest.raises(RunError):
        import_zip(io.BytesIO(changed), store, name="run.zip")
    assert len(store.list()) == before


@pytest.mark.parametrize(
    "values",
    [
        {"encoder": ()},
        {"encoder": (32,)},
        {"decoder": (128, 100)},
        {"encoder_activations": ("sigmoid", "exec")},
        {"encoder": (128, 5000)},
    ],
)
def test_a_config_that_cannot_be_is_told(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        StackConfig(**values)


def test_pixels_beyond_black_and_white_are_cut_off() -> None:
    config = StackConfig(decoder_activations=("sigmoid", "identity"))
    model = Stack(config, torch.Generator().manual_seed(0))
    pictures = model.decode(100 * torch.randn(9, 32, generator=torch.Generator().manual_seed(1)))
    assert pictures.min() == 0
    assert pictures.max() <= 1
