"""Runs that a program of one's own has recorded, in a second or less."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from core.data.digits import load_digits
from core.recorder import record
from core.runs.record import RunRecord


def small_net(code: int = 4) -> nn.Sequential:
    """An encoder and a decoder, `net[0]` and `net[1]`."""
    encoder = nn.Sequential(nn.Linear(784, code), nn.ReLU())
    return nn.Sequential(encoder, nn.Sequential(nn.Linear(code, 784), nn.Sigmoid()))


def record_model(
    runs: Path,
    name: str = "my autoencoder",
    *,
    epochs: int = 3,
    settings: Mapping[str, Any] | None = None,
    terms: Mapping[str, float] | None = None,
    pictures: bool = True,
    total: int | None = 3,
    data: str = "mnist",
) -> RunRecord:
    """A recorded training, done, whose loss halves with each epoch."""
    net = small_net()
    halves: dict[str, Any] = {"encode": net[0], "decode": net[1]} if pictures else {}
    with record(name, model=net, settings=settings, folder=runs, total=total, data=data) as run:
        for epoch in range(1, epochs + 1):
            loss = {"loss": 0.5**epoch} if terms is None else terms
            run.epoch(train=loss, validation=loss, **halves)
    return RunRecord(run.folder)


def record_map(
    runs: Path, name: str = "my t-SNE", *, count: int = 60, frames: int = 4, images: bool = True
) -> RunRecord:
    """A recorded map of the first training digits, done."""
    digits = load_digits("train").take(slice(0, count))
    generator = torch.Generator().manual_seed(0)
    with record(
        name,
        labels=digits.labels,
        images=digits.pixels if images else None,
        folder=runs,
        total=10 * (frames - 1) or None,
    ) as run:
        for number in range(frames):
            positions = torch.randn(count, 2, generator=generator)
            run.frame(positions, kl=2.0 - 0.1 * number, iteration=10 * number)
    return RunRecord(run.folder)
