"""The tasks of the exercise that have a reference: which numbers it has, and in which runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.runs.state import RECORDED_MAP, RECORDED_MODEL
from core.tsne.optimizers import OPTIMIZERS
from models import MODELS, Term, spec_of

#: The key of the one number of a map.
KL_DIVERGENCE = "kl_divergence"


@dataclass(frozen=True, kw_only=True)
class ReferenceTask:
    """A task of the exercise with a reference.

    `model` is the name of its model in `MODELS`, or `optimizer` that of its map: one of the two.
    `gallery` is the id of the run that ships with the lab.
    """

    number: str
    gallery: str
    model: str = ""
    optimizer: str = ""

    @property
    def title(self) -> str:
        """What the task is called, such as "Denoising"."""
        if self.model:
            return spec_of(self.model).title
        return f"t-SNE with {OPTIMIZERS[self.optimizer].title}"

    @property
    def kind(self) -> str:
        """The kind of the recorded runs that can be held against it."""
        return RECORDED_MODEL if self.model else RECORDED_MAP

    @property
    def unit(self) -> str:
        """What its steps are: "epoch" or "iteration"."""
        return "epoch" if self.model else "iteration"

    @property
    def main(self) -> str:
        """The key of the number that says whether a program is right."""
        return "loss" if self.model else KL_DIVERGENCE

    @property
    def terms(self) -> Mapping[str, Term]:
        """Its numbers by their keys in the history of a run, the main one first."""
        if not self.model:
            return {KL_DIVERGENCE: Term("KL divergence", "nats")}
        spec = spec_of(self.model)
        return spec.model.terms(spec.config())


TASKS: Mapping[str, ReferenceTask] = {
    task.number: task
    for task in (
        ReferenceTask(number="1.1", model="compression", gallery="compression"),
        ReferenceTask(number="1.2", model="denoising", gallery="denoising"),
        ReferenceTask(number="1.3", model="sparse", gallery="sparse"),
        ReferenceTask(number="2", model="vae", gallery="vae"),
        ReferenceTask(number="3.1", optimizer="sgd", gallery="tsne-exercise"),
        ReferenceTask(number="3.2", optimizer="adam", gallery="tsne-exercise"),
    )
}
#: The tasks whose weights can be checked: those with a model.
MODEL_TASKS = tuple(number for number, task in TASKS.items() if task.model)
assert {task.model for task in TASKS.values() if task.model} == set(MODELS)


def task_of(number: str) -> ReferenceTask:
    """Return the task with this number.

    Raises:
        ValueError: the exercise has none, or none with a reference.
    """
    if number not in TASKS:
        raise ValueError(f"task (={number!r}) has no reference; choose one of {', '.join(TASKS)}.")
    return TASKS[number]
