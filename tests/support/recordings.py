"""Recordings for the tests of the player: made up, or a small real one."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from app.components.player import ReplayData
from core.data.digits import load_digits
from core.tsne.run import TSNEConfig, TSNERun

NAMES = (
    "SGD, lr 10",
    "Adam, lr 0.1",
    "RMSprop, lr 0.1",
    "SGD, lr 1,000, momentum 0.9",
    "Gains, lr auto, perplexity 2",
    "Gains, lr auto, perplexity 100",
    "Rprop, lr 0.1",
)
OPTIMIZERS = ("sgd", "adam", "rmsprop", "sgd", "gains", "gains", "rprop")


def moving_clusters(
    *, count: int, frames: int, panels: int = 2, every: int = 1, seed: int = 1, lost: bool = False
) -> ReplayData:
    """Digits that run apart into a cluster for each class, on each map at its own pace.

    Where it is `lost`, the second map is no numbers from half way on.
    """
    rng = np.random.default_rng(seed)
    labels, pictures = _digits(count)
    time = np.linspace(0, 1, frames)[:, None, None, None]
    speed = (np.arange(panels) + 1.5)[None, :, None, None]
    share = 1 - np.exp(-speed * time)
    start = rng.normal(size=(count, 2))
    angle = 2 * np.pi * labels / 10
    goal = 12 * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(size=(count, 2))
    positions = start * (1 - share) + goal * share
    positions = positions.astype(np.float16)
    if lost:
        positions[frames // 2 :, 1] = np.nan
    kl = 3 * np.exp(-2 * share[..., 0, 0]) + 0.4
    agreement = np.full((frames, panels), np.nan)
    agreement[::50] = 0.1 + 0.8 * share[::50, :, 0, 0]
    if lost:
        kl[frames // 2 :, 1] = np.nan
    return ReplayData(
        names=NAMES[:panels],
        optimizers=OPTIMIZERS[:panels],
        iterations=np.arange(frames) * every,
        positions=positions,
        labels=labels,
        pictures=pictures,
        indices=np.arange(count),
        kl=kl.astype(np.float32),
        agreement=agreement,
    )


def real_recording(*, digits: int, iterations: int) -> ReplayData:
    """SGD and Adam on the first training digits, as in the exercise."""
    known = load_digits("train")
    config = TSNEConfig(digits=digits, iterations=iterations)
    indices = config.choose(known.labels)
    run = TSNERun(config, known.pixels[indices], known.labels[indices], indices)
    frames = list(run.frames())
    agreement = [[f.agreement.get(name, np.nan) for name in config.names] for f in frames]
    labels, pictures = _digits(digits)
    return ReplayData(
        names=NAMES[:2],
        optimizers=OPTIMIZERS[:2],
        iterations=np.array([frame.iteration for frame in frames]),
        positions=torch.stack([frame.positions for frame in frames]).half().numpy(),
        labels=labels,
        pictures=pictures,
        indices=indices.numpy(),
        kl=np.array([list(frame.kl_divergence.values()) for frame in frames], np.float32),
        agreement=np.array(agreement),
    )


def _digits(count: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Labels and pictures of the first training digits."""
    known = load_digits("train")
    pictures = (known.pixels[:count] * 255).round().byte()
    return known.labels[:count].byte().numpy(), pictures.numpy()
