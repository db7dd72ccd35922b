"""Which task a run solves, and which of its numbers is which, by their names."""

from __future__ import annotations

from typing import Any

import pytest

from core.reference.guess import guess_task, guess_terms, setting
from core.reference.tasks import TASKS, task_of
from core.runs.state import RECORDED_MAP, RECORDED_MODEL


@pytest.mark.parametrize(
    ("title", "settings", "terms", "task"),
    [
        ("own autoencoder", {"lr": 0.01}, ["mean squared error"], "1.1"),
        ("own autoencoder", {"noise": 0.2}, ["loss"], "1.2"),
        ("Denoising", {}, ["loss"], "1.2"),
        ("net", {}, ["mse", "sparsity"], "1.3"),
        ("net", {"rho": 0.01}, ["loss"], "1.3"),
        ("own VAE", {}, ["loss"], "2"),
        ("net", {}, ["recon", "KL"], "2"),
        ("net", {"KL weight": 0.1}, ["loss"], "2"),
    ],
)
def test_a_training_is_guessed_from_what_it_says(
    title: str, settings: dict[str, Any], terms: list[str], task: str
) -> None:
    assert guess_task(RECORDED_MODEL, title, settings, terms) == task


def test_a_map_is_guessed_from_its_optimiser() -> None:
    assert guess_task(RECORDED_MAP, "own t-SNE", {"optimizer": "adam"}, []) == "3.2"
    assert guess_task(RECORDED_MAP, "t-SNE", {}, []) == "3.1"


@pytest.mark.parametrize(
    ("task", "names", "found"),
    [
        ("1.1", ["mean squared error"], {"loss": "mean squared error"}),
        ("1.1", ["foo"], {"loss": "foo"}),
        ("1.3", ["loss", "mse", "sparsity"],
         {"loss": "loss", "reconstruction": "mse", "sparsity_penalty": "sparsity"}),
        ("2", ["loss", "BCE", "KL"], {"loss": "loss", "cross_entropy": "BCE", "kl_to_prior": "KL"}),
        ("2", ["KL", "total"], {"loss": "total", "kl_to_prior": "KL"}),
        ("2", ["recon_loss", "kl_loss", "loss"],
         {"loss": "loss", "cross_entropy": "recon_loss", "kl_to_prior": "kl_loss"}),
        ("2", [], {}),
    ],
)  # fmt: skip
def test_numbers_are_guessed_by_their_names(
    task: str, names: list[str], found: dict[str, str]
) -> None:
    assert guess_terms(TASKS[task], names) == found


def test_a_setting_is_found_by_any_of_its_names() -> None:
    assert setting({"Batch_Size": 64}, "batch size") == 64.0
    assert setting({"lr": True, "LR": 0.1}, "lr") == 0.1
    assert setting({"lr": -1, "lr2": 1}, "lr") is None


def test_tasks_are_those_of_the_exercise() -> None:
    from app.exercise import TASKS as OF_EXERCISE

    assert {task.number: task.run for task in OF_EXERCISE} == {
        task.number: task.gallery for task in TASKS.values()
    }
    with pytest.raises(ValueError, match="has no reference"):
        task_of("4")
