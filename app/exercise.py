"""The tasks of the University of Oslo exercise, and where in the lab each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.runs.store import Summary
from core.training.record import model_name
from core.tsne.config import TSNEConfig

#: A run that ended so has not worked on its task.
_CAME_TO_NOTHING = ("failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task of the exercise.

    `run` is the gallery run whose picture the task shows, and `page` the name of the page that
    works on the task. It trains `model`, by its name in `MODELS`, or makes a t-SNE map with
    `optimizer`.
    """

    number: str
    title: str
    text: str
    run: str
    page: str
    model: str = ""
    optimizer: str = ""

    def is_worked_on_by(self, run: Summary) -> bool:
        """Return whether a run belongs to the task, with whatever settings."""
        if run.state.status in _CAME_TO_NOTHING:
            return False
        request = run.request
        if request.kind == "train":
            return model_name(request) == self.model
        if request.kind != "tsne" or not self.optimizer:
            return False
        try:
            config = TSNEConfig.from_dict(request.settings.get("config") or {})
        except (ValueError, OverflowError):  # another version of the lab asked for it
            return False
        return any(each.optimizer == self.optimizer for each in config.optimizer_configs)


TASKS: tuple[Task, ...] = (
    Task(
        number="1.1",
        title="Compression",
        text="784 pixels through 32 numbers and back. How much of a digit is left?",
        run="compression",
        page="autoencoders",
        model="compression",
    ),
    Task(
        number="1.2",
        title="Denoising",
        text="The input is noisy, the target is the clean digit. How well is the noise removed?",
        run="denoising",
        page="autoencoders",
        model="denoising",
    ),
    Task(
        number="1.3",
        title="Sparse codes",
        text="Only a few code units may be active at once. Which ones, for which digit?",
        run="sparse",
        page="autoencoders",
        model="sparse",
    ),
    Task(
        number="2",
        title="Variational autoencoder",
        text="Each digit gets a small cloud of codes. Walk between digits and generate new ones.",
        run="vae",
        page="vae",
        model="vae",
    ),
    Task(
        number="3.1",
        title="t-SNE with SGD",
        text="784 dimensions are mapped to two, one small step at a time.",
        run="tsne-exercise",
        page="tsne",
        optimizer="sgd",
    ),
    Task(
        number="3.2",
        title="t-SNE with Adam",
        text="Same data, same start, another optimiser. Compare the two maps.",
        run="tsne-exercise",
        page="tsne",
        optimizer="adam",
    ),
)


def next_task(runs: Iterable[Summary]) -> Task | None:
    """Return the first task that none of these runs works on; None if there is one for each."""
    found = list(runs)
    return next(
        (task for task in TASKS if not any(task.is_worked_on_by(run) for run in found)), None
    )
