"""Trainings of a second or less, without a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from core.data.digits import Digits
from core.training.config import sort_values, training_configs
from core.training.events import Epoch
from core.training.run import TrainingRun

SMALL = {"epochs": 3, "digits": 1000, "batch_size": 50}


def run(
    train: Digits,
    test: Digits,
    *,
    model: str = "compression",
    checkpoint: Mapping[str, Tensor] | None = None,
    **values: Any,
) -> TrainingRun:
    config, training = training_configs(model, *sort_values(model, {**SMALL, **values}))
    return TrainingRun(model, config, training, train, test, checkpoint)


def epochs(training: TrainingRun) -> list[Epoch]:
    return [event for event in training if isinstance(event, Epoch)]


def same(first: Mapping[str, Tensor] | None, second: Mapping[str, Tensor] | None) -> bool:
    assert first
    assert second
    assert first.keys() == second.keys()
    return all(torch.equal(first[name], second[name]) for name in first)
