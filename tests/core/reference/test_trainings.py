"""Recorded trainings by hand, right ones and with each usual mistake: which hints they get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from torch import nn

from core.reference.check import Checked
from core.reference.recorded import check_recorded_run, task_guessed
from core.reference.tasks import task_of
from core.runs.record import RunError
from tests.support import programs
from tests.support.programs import standard, to_bytes
from tests.support.recorded import record_map, record_model

pytestmark = pytest.mark.usefixtures("one_thread")

#: As many digits and epochs as a mistake needs to show.
FEW: dict[str, Any] = {"digits": 6_000, "batch": 64}
SUBTRACTED = {"kl": "subtracted", "weight": 0.1, "settings": {"beta": 0.1}}


def checked(runs: Path, program: Any, task: str, **settings: Any) -> Checked:
    record = program(runs, **settings)
    guessed = task_guessed(record)
    assert guessed.number == task
    return check_recorded_run(record, guessed)


@pytest.mark.parametrize(
    ("task", "program", "settings"),
    [
        ("1.1", programs.autoencoder, {}),
        ("1.2", programs.autoencoder, {"noise": 0.2}),
        ("1.3", programs.autoencoder, {"sparse": 1.0}),
        ("2", programs.vae, {}),
    ],
)
def test_right_programs_lie_in_the_band_and_get_no_hint(
    tmp_path: Path, task: str, program: Any, settings: dict[str, Any]
) -> None:
    found = checked(tmp_path, program, task, epochs=1, **settings)
    assert not found.hints
    assert found.is_right
    assert found.positions["loss"].where == "inside"
    assert "is inside the band of" in found.verdict


@pytest.mark.parametrize(
    ("task", "program", "settings"),
    [
        ("1.1", programs.autoencoder, {"rate": 0.001}),
        ("1.1", programs.autoencoder, {"code": 8, "batch": 128}),
        ("1.1", programs.autoencoder, {"hidden": nn.ReLU, "rate": 0.001}),
        ("1.2", programs.autoencoder, {"noise": 0.4, "rate": 0.003}),
        ("1.3", programs.autoencoder, {"sparse": 0.01}),
        ("2", programs.vae, {"rate": 1e-3, "epochs": 4}),
        ("2", programs.vae, {"rate": 5e-4}),
    ],
)
def test_other_settings_are_no_mistake(
    tmp_path: Path, task: str, program: Any, settings: dict[str, Any]
) -> None:
    assert not checked(tmp_path, program, task, **{**FEW, **settings}).hints


@pytest.mark.parametrize(
    ("mistake", "words", "settings"),
    [
        ("pixels not scaled", "stays at 7,34", {"inputs": to_bytes, "targets": to_bytes, **FEW}),
        (
            "pixels not scaled",
            "The outputs reach 1",
            {"inputs": to_bytes, "targets": to_bytes, "end": nn.Identity, **FEW},
        ),
        (
            "pixels not scaled",
            "mean 0 and deviation 1",
            {"inputs": standard, "targets": standard, "epochs": 4, **FEW},
        ),
        ("no sigmoid at the end", "The outputs go from −0.", {"end": nn.Identity, **FEW}),
        ("loss summed", "784 pixels and the 1,000 digits of a batch", {"reduction": "sum"}),
        (
            "loss summed",
            "784 pixels and the 1,000 digits of a batch",
            {"reduction": "sum", "settings": {}},
        ),
        (
            "noise on the target",
            "Where no digit has ink",
            {"noise": 0.2, "noisy_target": True, **FEW},
        ),
        (
            "noise on the target",
            "the variance of the noise is 0.04",
            {"noise": 0.2, "noisy_target": True, "clip": False, "epochs": 3, **FEW},
        ),
    ],
)
def test_each_mistake_of_an_autoencoder_is_recognised(
    tmp_path: Path, mistake: str, words: str, settings: dict[str, Any]
) -> None:
    task = "1.2" if "noise" in settings else "1.1"
    found = checked(tmp_path, programs.autoencoder, task, **settings)
    assert [*found.hints] == [mistake]
    assert words in found.hints[mistake]
    assert not found.is_right


def test_inputs_of_another_scale_show_in_the_ten_digits(tmp_path: Path) -> None:
    settings = {"inputs": to_bytes, "hidden": nn.ReLU, "rate": 0.001, "epochs": 3, **FEW}
    found = checked(tmp_path, programs.autoencoder, "1.1", **settings)
    assert [*found.hints] == ["pixels not scaled"]
    assert "encode gets with pixels from 0 to 1" in found.hints["pixels not scaled"]


def test_a_sum_is_seen_by_the_ten_digits_where_the_band_does_not_help(tmp_path: Path) -> None:
    found = checked(tmp_path, programs.autoencoder, "1.1", reduction="sum", epochs=1, **FEW)
    assert [*found.hints] == ["loss summed"]


@pytest.mark.parametrize(
    ("mistake", "words", "settings"),
    [
        ("KL with the wrong sign", "never negative", {"kl": "negative"}),
        ("KL with the wrong sign", "is subtracted", SUBTRACTED),
        (
            "KL with the wrong sign",
            "or the pixels are not scaled",
            {**SUBTRACTED, "terms": ("loss",)},
        ),
        ("KL averaged over dimensions", "about one 10th", {"kl": "mean", "rate": 1e-3}),
        ("log-variance as deviation", "ε · log σ²", {"draw": "deviation", "rate": 1e-3}),
        ("log-variance as deviation", "ε · exp(log σ²)", {"draw": "no half", "rate": 1e-3}),
        ("loss summed", "784 pixels", {"reduction": "sum", "weight": 1.0, "epochs": 1}),
    ],
)
def test_each_mistake_of_a_vae_is_recognised(
    tmp_path: Path, mistake: str, words: str, settings: dict[str, Any]
) -> None:
    if "rate" in settings:
        settings = {"digits": 12_000, "epochs": 6, "batch": 64, **settings}
    else:
        settings = {"epochs": 2, **FEW, **settings}
    found = checked(tmp_path, programs.vae, "2", **settings)
    assert [*found.hints] == [mistake]
    assert words in found.hints[mistake]
    assert not found.is_right


def test_targets_above_1_make_a_cross_entropy_negative(tmp_path: Path) -> None:
    """PyTorch's own refuses them; that of logits takes them, as recorded here."""
    terms = {"BCE": -12.0, "KL": 3.0, "loss": -11.997}
    record = record_model(tmp_path, "my VAE", terms=terms, pictures=False)
    found = check_recorded_run(record, task_guessed(record))
    assert [*found.hints] == ["pixels not scaled"]


@pytest.mark.parametrize(
    ("record", "task", "words"),
    [
        (record_map, "1.1", "is about a model"),
        (record_model, "3.1", "is about a map"),
        (lambda runs: record_model(runs, data="fashion"), "1.1", "is of Fashion-MNIST"),
        (lambda runs: record_model(runs, epochs=0), "1.1", "has no epoch yet"),
    ],
)
def test_what_cannot_be_compared_is_said(
    tmp_path: Path, record: Any, task: str, words: str
) -> None:
    with pytest.raises(RunError, match=words):
        check_recorded_run(record(tmp_path), task_of(task))
