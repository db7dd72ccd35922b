"""Recorded maps by hand, right ones and with each usual mistake: which hints they get."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from core.data.digits import load_digits
from core.reference.check import GRADIENT, Checked
from core.reference.recorded import check_recorded_run, task_guessed
from core.reference.tasks import task_of
from core.tsne.recording import load_recording
from tests.support import programs

pytestmark = pytest.mark.usefixtures("one_thread")


def checked(runs: Path, **settings: Any) -> Checked:
    record = programs.tsne(runs, **settings)
    assert task_guessed(record).number == "3.1"
    return check_recorded_run(record, task_of("3.1"))


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"rate": 100.0, "momentum": 0.8},
        {"rate": 2.0, "every": 5},
        {"momentum": 0.5, "every": 3},
        {"sigma": 3.0},
        # The textbook's kernel with the root of the exercise's variance.
        {"sigma": 10**0.5, "squared": True},
    ],
)
def test_right_programs_get_no_hint(tmp_path: Path, settings: dict[str, Any]) -> None:
    assert not checked(tmp_path, **settings).hints


@pytest.mark.parametrize(
    ("mistake", "words", "settings"),
    [
        ("sigma squared", "σ = 10 is read as σ²", {"squared": True}),
        ("not symmetrised", "P is not symmetrised", {"symmetric": False}),
        ("not scaled", "Divide them by 255", {"scale": 255.0}),
        (GRADIENT, "four times as much", {"factor": 1.0}),
        (GRADIENT, "four times as much", {"factor": 1.0, "momentum": 0.8, "every": 5}),
        ("sigma squared, not symmetrised", "σ²", {"squared": True, "symmetric": False}),
    ],
)
def test_each_mistake_is_recognised(
    tmp_path: Path, mistake: str, words: str, settings: dict[str, Any]
) -> None:
    found = checked(tmp_path, **settings)
    # An almost flat P is nearly symmetric, and the sentence names both.
    alike = {"sigma squared", "sigma squared, not symmetrised"}
    assert len(found.hints) == 1
    (named,) = found.hints
    assert named == mistake or {named, mistake} == alike
    assert words in found.hints[named]
    assert not found.is_right


def test_the_numbers_in_a_sentence_are_those_of_the_map(tmp_path: Path) -> None:
    """The KL of the right P, computed here once more in float64."""
    record = programs.tsne(tmp_path, squared=True, count=100, iterations=4)
    found = check_recorded_run(record, task_of("3.1"))
    x = load_digits("train").pixels[:100].double()
    kernel = torch.exp(-torch.cdist(x, x).square() / 20).fill_diagonal_(0)
    p = kernel / kernel.sum(1, keepdim=True)
    p = (p + p.T) / 200
    y = torch.from_numpy(load_recording(record).positions[-1, 0]).double()
    near = (1 / (1 + torch.cdist(y, y).square())).fill_diagonal_(0)
    q = near / near.sum()
    kl = float((torch.xlogy(p, p) - torch.xlogy(p, q.clamp_min(1e-300))).sum())
    (text,) = found.hints.values()
    assert f"it is {kl:.3g} with the exercise's P" in text


def test_the_band_counts_for_the_exercise_alone(tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert not found.is_comparable
    assert not found.is_right
    assert "The band is that of 1,000 digits" in found.verdict
    assert not found.positions


def test_a_map_as_in_the_exercise_lies_in_the_band(tmp_path: Path) -> None:
    found = checked(tmp_path, count=1000, iterations=10, every=5)
    assert found.is_right
    assert "inside the band" in found.verdict


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        ("no learning rate", {"settings": {"sigma": 10.0}}),
        ("has no pictures", {"images": False}),
        ("reports no KL", {"says_kl": False}),
        ("too far apart", {"every": 40, "iterations": 80}),
        ("too far apart", {"every": 5, "momentum": 0.5, "iterations": 4}),
    ],
)
def test_what_was_not_checked_is_said(tmp_path: Path, words: str, settings: dict[str, Any]) -> None:
    found = checked(tmp_path, count=60, **settings)
    assert any(words in note for note in found.notes)
