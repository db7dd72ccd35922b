"""The tasks of the University of Oslo exercise, and where in the lab each of them is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task of the exercise.

    `run` is the gallery run whose picture the task shows, `optimizer` the number of the map if
    that is a t-SNE run, and `page` the name of the page that works on the task.
    """

    number: str
    title: str
    text: str
    run: str
    page: str
    optimizer: int | None = None


TASKS: tuple[Task, ...] = (
    Task(
        number="1.1",
        title="Compression",
        text="784 pixels through 32 numbers and back. How much of a digit is left?",
        run="compression",
        page="autoencoders",
    ),
    Task(
        number="1.2",
        title="Denoising",
        text="The input is noisy, the target is the clean digit. How well is the noise removed?",
        run="denoising",
        page="autoencoders",
    ),
    Task(
        number="1.3",
        title="Sparse codes",
        text="Only a few code units may be active at once. Which ones, for which digit?",
        run="sparse",
        page="autoencoders",
    ),
    Task(
        number="2",
        title="Variational autoencoder",
        text="Each digit gets a small cloud of codes. Walk between digits and generate new ones.",
        run="vae",
        page="vae",
    ),
    Task(
        number="3.1",
        title="t-SNE with SGD",
        text="784 dimensions are mapped to two, one small step at a time.",
        run="tsne-exercise",
        page="tsne",
        optimizer=0,
    ),
    Task(
        number="3.2",
        title="t-SNE with Adam",
        text="Same data, same start, another optimiser. Compare the two maps.",
        run="tsne-exercise",
        page="tsne",
        optimizer=1,
    ),
)
