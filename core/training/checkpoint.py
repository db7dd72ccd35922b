"""Make and load the checkpoint of a training: one flat set of tensors to go on from exactly."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from core.runs.saved_shapes import check_shapes
from core.training.optimizer import state_shapes
from models import Model


def make_checkpoint(
    epoch: int,
    weights: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
) -> dict[str, Tensor]:
    """Return copies of the weights after `epoch`, the optimizer's state and the generator's."""
    tensors = {f"model.{name}": tensor for name, tensor in weights.items()}
    for index, state in optimizer.state_dict()["state"].items():
        for name, tensor in state.items():
            tensors[f"optimizer.{index}.{name}"] = tensor.clone()
    tensors["generator"] = generator.get_state()
    tensors["epoch"] = torch.tensor(epoch)
    return tensors


def load_checkpoint(
    model: Model,
    optimizer: torch.optim.Optimizer,
    generator: torch.Generator,
    checkpoint: Mapping[str, Tensor],
) -> None:
    """Restore model, optimizer and generator from the result of `make_checkpoint`.

    Raises:
        RunError: the tensors are those of another model or optimizer.
    """
    weights = {
        name.removeprefix("model."): tensor
        for name, tensor in checkpoint.items()
        if name.startswith("model.")
    }
    check_shapes(weights, model.state_dict())
    moments = {name: checkpoint[name] for name in checkpoint if name.startswith("optimizer.")}
    # The untrained model has no state of an optimizer.
    check_shapes(moments, state_shapes(optimizer) if int(checkpoint["epoch"]) else {})
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in moments.items():
        _, index, entry = name.split(".")
        # Copied, since the optimizer goes on in these very tensors.
        state.setdefault(int(index), {})[entry] = tensor.clone()
    model.load_state_dict(weights)
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
    generator.set_state(checkpoint["generator"])
