"""Which task of the exercise comes next for who has these runs."""

from __future__ import annotations

from typing import Any

import pytest

from app.exercise import TASKS, next_task
from core.runs.state import RunRequest, RunState, Status
from core.runs.store import Summary
from core.training.config import training_settings
from models import MODELS


def run(kind: str, settings: dict[str, Any], status: Status = "done") -> Summary:
    request = RunRequest(kind=kind, title="mine", settings=settings)
    return Summary("mine", request, RunState(status=status), False)


def trained(model: str, status: Status = "done") -> Summary:
    return run("train", dict(training_settings(model, {}, {"epochs": 1})), status)


def mapped(*optimizers: str) -> Summary:
    return run("tsne", {"config": {"digits": 100, "optimizers": list(optimizers)}})


AUTOENCODERS = [trained("compression"), trained("denoising"), trained("sparse")]


@pytest.mark.parametrize(
    ("runs", "number"),
    [
        ([], "1.1"),
        ([trained("compression")], "1.2"),
        ([trained("compression", "running")], "1.2"),
        ([trained("compression", "paused")], "1.2"),
        ([trained("compression", "failed")], "1.1"),
        ([trained("compression", "cancelled")], "1.1"),
        ([trained("denoising")], "1.1"),
        (AUTOENCODERS, "2"),
        ([*AUTOENCODERS, trained("vae")], "3.1"),
        ([*AUTOENCODERS, trained("vae"), mapped("sgd:lr=300:momentum=0.9")], "3.2"),
        ([*AUTOENCODERS, trained("vae"), mapped("adam", "gains")], "3.1"),
        ([*AUTOENCODERS, trained("vae"), run("tsne", {"config": {"optimizers": 7}})], "3.1"),
        ([*AUTOENCODERS, trained("vae"), run("recorded-map", {"recorded": {}})], "3.1"),
    ],
)
def test_the_next_task_is_the_first_without_a_run(runs: list[Summary], number: str) -> None:
    task = next_task(runs)
    assert task is not None
    assert task.number == number


def test_there_is_none_when_each_has_a_run() -> None:
    assert next_task([*AUTOENCODERS, trained("vae"), mapped("sgd"), mapped("adam")]) is None
    # The exercise's t-SNE run, with the usual settings, makes both of its maps.
    assert next_task([*AUTOENCODERS, trained("vae"), run("tsne", {})]) is None


def test_every_task_has_a_model_or_an_optimiser() -> None:
    assert all(bool(task.model) != bool(task.optimizer) for task in TASKS)
    assert {task.model for task in TASKS} - {""} == set(MODELS)
