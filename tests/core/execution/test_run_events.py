"""Computing a run in its folder: requests, checkpoints, and runs that cannot be computed."""

from __future__ import annotations

import dataclasses
import json
import logging
import math
from typing import Any

import pytest
import torch
from torch import Tensor

from core.data.digits import Digits, DigitsError
from core.execution import run_events
from core.files import read_json, replace_json
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from core.training.events import Epoch
from core.training.record import checkpoint_epochs
from core.training.run import TrainingRun
from models import MODELS
from models.autoencoder import Autoencoder
from tests.core.conftest import Gates, MakeRun, content, run_events_module

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


def compute(record: RunRecord) -> str:
    for _ in run_events(record):
        pass
    return record.state.status


def test_what_it_yields_is_written_already(make_run: MakeRun) -> None:
    record = make_run()
    progress = []
    for number, event in enumerate(run_events(record), 1):
        assert len(record.history()) == number
        assert record.state.status == "running"
        progress.append(record.state.progress)
        if isinstance(event, Epoch):
            assert record.state.progress == event.progress, "it shows up late"
    assert progress == sorted(progress)
    assert (record.state.status, record.state.progress) == ("done", 1.0)
    assert not record.lease.is_held()


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_a_paused_run_that_goes_on_ends_as_if_it_had_never_stopped(
    make_run: MakeRun, epoch: int
) -> None:
    whole, paused = make_run(), make_run()
    compute(whole)
    for event in run_events(paused):
        if isinstance(event, Epoch) and event.epoch == epoch:
            paused.control.request("pause", local_user())
    assert paused.state.status == "paused"
    assert paused.state.progress == pytest.approx(epoch / 3)
    assert paused.control.requested() == "", "the request has been carried out"
    seconds = paused.state.seconds
    paused.set_state(status="pending")
    assert compute(paused) == "done"
    assert content(paused) == content(whole)
    assert paused.state.seconds > seconds


def test_a_pause_waits_for_the_end_of_the_epoch_and_a_cancel_does_not(make_run: MakeRun) -> None:
    paused, cancelled = make_run(), make_run()
    for number, _ in enumerate(run_events(paused)):
        if number == 4:
            paused.control.request("pause", local_user())
    for number, _ in enumerate(run_events(cancelled)):
        if number == 4:
            cancelled.control.request("cancel", local_user())
    assert (paused.state.status, len(paused.history())) == ("paused", 1 + 11)
    assert (cancelled.state.status, len(cancelled.history())) == ("cancelled", 1 + 4)
    assert paused.control.requested() == cancelled.control.requested() == ""


def test_a_cancelled_run_can_go_on_too(make_run: MakeRun) -> None:
    whole, cancelled = make_run(), make_run()
    compute(whole)
    for number, _ in enumerate(run_events(cancelled)):
        if number == 15:
            cancelled.control.request("cancel", local_user())
    cancelled.set_state(status="pending")
    assert compute(cancelled) == "done"
    assert content(cancelled) == content(whole)


def test_a_pause_that_comes_with_the_last_epoch_is_too_late(make_run: MakeRun) -> None:
    record = make_run()
    for event in run_events(record):
        if event.progress == 1:
            record.control.request("pause", local_user())
    assert record.state.status == "done"


@pytest.mark.parametrize("after", [0, 5, 17])
def test_a_run_that_is_left_alone_is_interrupted_and_goes_on(make_run: MakeRun, after: int) -> None:
    whole, left = make_run(), make_run()
    compute(whole)
    events = run_events(left)
    for _ in range(after + 1):
        next(events)
    events.close()
    assert left.state.status == "interrupted"
    assert "Resume goes on from there" in left.state.error
    left.set_state(status="pending", error="")
    assert compute(left) == "done"
    assert content(left) == content(whole)


def test_only_a_waiting_run_is_computed(make_run: MakeRun) -> None:
    for status in ("running", "paused", "done", "cancelled", "failed", "interrupted"):
        record = make_run()
        record.set_state(status=status)
        assert list(run_events(record)) == []
        assert record.state.status == status
        assert record.history() == ()


def test_a_run_that_another_process_has_taken_is_left_to_it(make_run: MakeRun) -> None:
    # As after a laptop's sleep: the heartbeat was stale, and somebody has pressed Resume elsewhere.
    record = make_run()
    lease = record.folder / "lease.json"
    events = run_events(record)
    for _ in range(5):
        next(events)
    replace_json(lease, {**read_json(lease), "token": "another's", "host": "elsewhere"})
    before = {path.name: path.read_bytes() for path in record.folder.iterdir()}
    assert list(events) == []
    assert {path.name: path.read_bytes() for path in record.folder.iterdir()} == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "dreaming"}, "'dreaming' is not a kind of run this version knows."),
        ({"settings": {}}, "names no model or no settings"),
        (
            {"settings": {"model": "transformer", "config": {}, "training": {}}},
            "'transformer' is not a model of the lab; choose one of compression",
        ),
        (
            {"settings": {"model": "compression", "config": {}, "training": {"batch_size": 10**9}}},
            "batch_size (=1000000000) must be between 8 and 4,096 digits.",
        ),
        (
            {
                "settings": {
                    "model": "compression",
                    "config": {"latent_dim": "many"},
                    "training": {},
                }
            },
            "latent_dim (='many') must be a whole number.",
        ),
    ],
)
def test_a_run_that_cannot_be_is_failed_with_a_sentence(
    make_run: MakeRun, changes: dict[str, Any], sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    record = make_run()
    path = record.folder / "run.json"
    path.write_text(json.dumps({**read_json(path), **changes}))
    record = RunRecord(record.folder)
    assert compute(record) == "failed"
    assert sentence in record.state.error
    assert "unexpected" not in record.state.error
    problems = [entry for entry in caplog.records if entry.levelno >= logging.WARNING]
    assert [entry.exc_info for entry in problems] == [None], "no traceback for a sentence"


def test_digits_that_cannot_be_had_fail_the_run_in_a_sentence(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_: str) -> Digits:
        raise DigitsError("data/mnist is missing; restore it.")

    monkeypatch.setattr(run_events_module, "load_digits", load)
    record = make_run()
    assert compute(record) == "failed"
    assert record.state.error == "data/mnist is missing; restore it."


class Diverging(Autoencoder):
    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        return {"loss": super().loss_terms(x, generator)["loss"] * (math.nan if len(x) < 99 else 1)}


def test_a_diverging_run_fails_in_a_sentence_and_keeps_what_it_had(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        MODELS, "compression", dataclasses.replace(MODELS["compression"], model=Diverging)
    )
    record = make_run()
    assert compute(record) == "failed"
    assert "stopped being a finite number in epoch 1; lower learning_rate" in record.state.error
    assert checkpoint_epochs(record) == [0]
    assert len(record.history()) == 1


def test_the_unexpected_fails_with_its_traceback_in_the_log(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(record: RunRecord) -> TrainingRun:
        raise ZeroDivisionError("by nought")

    monkeypatch.setitem(run_events_module.KINDS, "train", broken)
    record = make_run()
    with caplog.at_level(logging.ERROR, "latent_lab"):
        assert compute(record) == "failed"
    assert "unexpected error (ZeroDivisionError: by nought)" in record.state.error
    assert [entry.exc_info is not None for entry in caplog.records] == [True]
    monkeypatch.undo()


def test_a_damaged_checkpoint_fails_in_a_sentence(make_run: MakeRun) -> None:
    record = make_run()
    for event in run_events(record):
        if isinstance(event, Epoch):
            record.control.request("pause", local_user())
    (record.folder / "checkpoint.safetensors").write_bytes(b"no tensors")
    record.set_state(status="pending")
    assert compute(record) == "failed"
    assert "checkpoint.safetensors" in record.state.error
    assert checkpoint_epochs(record) == [0], "what it had is still there"


def test_a_folder_that_is_deleted_meanwhile_ends_the_run(store: RunStore, gates: Gates) -> None:
    record = store.create("gated", {}, title="x")
    events = run_events(record)
    next(events)
    record.folder.rename(record.folder.with_name("elsewhere"))
    gates.let(record, 3)
    assert list(events) == []
    assert not record.folder.exists(), "a part of it is back"
