"""Make the optimiser that a training's config asks for, and say what it keeps between steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn

from core.training.config import ADAM, TrainConfig


def make_optimizer(
    training: TrainConfig, parameters: Iterable[nn.Parameter]
) -> torch.optim.Optimizer:
    """Return Adam, or stochastic gradient descent with momentum, for these parameters."""
    # Fused: one pass over each parameter's numbers in place of one for each operation.
    usual: dict[str, Any] = {"lr": training.learning_rate, "fused": True, "foreach": False}
    if training.optimizer == ADAM:
        return torch.optim.Adam(parameters, **usual)
    return torch.optim.SGD(parameters, momentum=training.momentum, **usual)


def state_shapes(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return what this optimizer keeps of each parameter between steps, as a checkpoint names it.

    The values are without meaning; the shapes are right.
    """
    (group,) = optimizer.param_groups
    shapes: dict[str, Tensor] = {}
    for index, parameter in enumerate(group["params"]):
        if isinstance(optimizer, torch.optim.SGD):
            kept = {"momentum_buffer": parameter} if group["momentum"] else {}
        else:
            kept = {"step": torch.zeros(()), "exp_avg": parameter, "exp_avg_sq": parameter}
        shapes |= {f"optimizer.{index}.{name}": tensor for name, tensor in kept.items()}
    return shapes
