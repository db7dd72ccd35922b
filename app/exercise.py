"""The University of Oslo exercise as a map: which task is where in the lab."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task of the exercise.

    `run` is the gallery run whose picture stands for it, `contestant` whose map where that is a
    t-SNE run, and `page` the name of the page that works on it.
    """

    number: str
    title: str
    text: str
    run: str
    page: str
    contestant: int | None = None


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
        text="Show it noise, ask for the clean digit. What does it learn to ignore?",
        run="denoising",
        page="autoencoders",
    ),
    Task(
        number="1.3",
        title="Sparse codes",
        text="Few units may speak at a time. Which ones, and for which digit?",
        run="sparse",
        page="autoencoders",
    ),
    Task(
        number="2",
        title="Variational autoencoder",
        text="Codes become clouds. Walk between digits, and draw new ones.",
        run="vae",
        page="vae",
    ),
    Task(
        number="3.1",
        title="t-SNE with SGD",
        text="784 dimensions unfold into two, one small step at a time.",
        run="tsne-exercise",
        page="tsne",
        contestant=0,
    ),
    Task(
        number="3.2",
        title="t-SNE with Adam",
        text="The same map, the same start, another optimiser. Watch them part.",
        run="tsne-exercise",
        page="tsne",
        contestant=1,
    ),
)
