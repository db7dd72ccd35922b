"""Copy a model's weights, and say after which epochs they are kept."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from core.runs.opening import largest
from core.training.config import MAX_BYTES
from core.training.record import weights_file

#: A file's header names the tensors, beside their numbers.
_HEADER = 1_000_000


def copied_weights(model: nn.Module) -> dict[str, Tensor]:
    """Return copies of all tensors of a model's state, on the CPU, by name.

    It is empty where they are more than one file of a run may hold, or where a module does not know
    its shapes yet. Whatever else a state has is left out.
    """
    state = {
        name: value
        for name, value in model.state_dict().items()
        if isinstance(value, Tensor) and value.layout == torch.strided
    }
    if any(is_lazy(value) for value in state.values()) or size_of(state) > largest_file():
        return {}
    # Cloned one by one: tied weights share their memory, which a file of weights does not allow.
    return {
        name: value.detach().to("cpu", copy=True).contiguous()
        for name, value in state.items()
        if not value.is_quantized
    }


def size_of(weights: dict[str, Tensor]) -> int:
    """Return how many bytes these tensors take."""
    return sum(math.prod(t.shape) * t.element_size() for t in weights.values() if not is_lazy(t))


def largest_file() -> int:
    """Return how many bytes of weights one file of a run may hold."""
    return (largest(weights_file(0)) or 0) - _HEADER


class KeptEpochs:
    """Tells which weights stay: epochs 0, 1, 2, every 5th up to 100, every 50th up to 1,000, every
    500th after, and always the newest; as long as they take at most `MAX_BYTES` in all."""

    def __init__(self) -> None:
        self._bytes = 0

    def stays(self, epoch: int, size: int) -> bool:
        """Return whether the weights after an epoch, of so many bytes, stay when newer ones come.

        Call it once for each epoch, in their order.
        """
        every = 5 if epoch <= 100 else 50 if epoch <= 1_000 else 500
        if (epoch > 2 and epoch % every) or self._bytes + 2 * size > MAX_BYTES:
            return False
        self._bytes += size
        return True
