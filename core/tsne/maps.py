"""The maps of a t-SNE run while optimisers lower their KL divergence, and their checkpoints."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from core.runs.saved_shapes import check_shapes
from core.tsne.gradient import TSNEGradient
from core.tsne.optimizers import OptimizerConfig

#: The names of a checkpoint's tensors, behind the map's name and a dot.
_POSITIONS, _RATE, _STATE = "positions", "learning_rate", "optimizer."


class Maps:
    """One map, (N, 2), for each optimizer, all from the same start.

    `positions` is (maps, N, 2), `divergences` the KL divergences there in nats. Each map is one
    leaf tensor, a view into `positions`, that an optimiser of torch.optim steps on; its gradient is
    written by the closed form, so autograd records nothing.
    """

    def __init__(self, start: Tensor, optimizers: Mapping[str, OptimizerConfig]) -> None:
        self.names = tuple(optimizers)
        self.positions = start.repeat(len(optimizers), 1, 1)
        self.divergences: list[float] = []
        self._gradients = torch.zeros_like(self.positions)
        self._leaves = dict(zip(self.names, self.positions, strict=True))
        for leaf, gradient in zip(self._leaves.values(), self._gradients, strict=True):
            leaf.grad = gradient
        self._optimizers = {
            name: optimizer.make(self._leaves[name]) for name, optimizer in optimizers.items()
        }

    def evaluate(self, gradient_of: TSNEGradient, exaggeration: float) -> None:
        """Find the gradients and the KL divergences at the present positions."""
        self.divergences = gradient_of(self.positions, self._gradients, exaggeration)

    def step(self) -> None:
        """Move every map along the gradient that was found last."""
        for optimizer in self._optimizers.values():
            optimizer.step()

    @property
    def gradient_norms(self) -> list[float]:
        return torch.linalg.vector_norm(self._gradients, dim=(1, 2)).tolist()

    @property
    def learning_rates(self) -> list[float]:
        return [optimizer.param_groups[0]["lr"] for optimizer in self._optimizers.values()]

    def set_learning_rate(self, name: str, learning_rate: float) -> None:
        self._optimizers[name].param_groups[0]["lr"] = learning_rate

    def checkpoint(self) -> dict[str, Tensor]:
        """Copy all that the next steps depend on into main memory, by `name.what`."""
        tensors: dict[str, Tensor] = {}
        for name, leaf in self._leaves.items():
            optimizer = self._optimizers[name]
            rate = optimizer.param_groups[0]["lr"]
            tensors[f"{name}.{_POSITIONS}"] = leaf
            tensors[f"{name}.{_RATE}"] = torch.tensor(rate, dtype=torch.float64)
            for what, value in optimizer.state[leaf].items():
                if isinstance(value, Tensor):  # SGD notes None where it keeps no momentum
                    tensors[f"{name}.{_STATE}{what}"] = value
        return {name: tensor.detach().to("cpu", copy=True) for name, tensor in tensors.items()}

    def load_checkpoint(self, tensors: Mapping[str, Tensor]) -> None:
        """Go back to where `checkpoint` was taken; call `evaluate` next.

        Raises:
            RunError: the tensors are those of other maps.
        """
        check_shapes(
            {name: tensor for name, tensor in tensors.items() if name.endswith(f".{_POSITIONS}")},
            {f"{name}.{_POSITIONS}": leaf for name, leaf in self._leaves.items()},
        )
        for key, tensor in tensors.items():
            name, _, what = key.partition(".")
            if name not in self._leaves:
                continue
            leaf, optimizer = self._leaves[name], self._optimizers[name]
            if what == _POSITIONS:
                leaf.copy_(tensor)
            elif what == _RATE:
                self.set_learning_rate(name, float(tensor))
            else:
                # Step counters are single numbers in main memory, except where one kernel does all.
                fused = optimizer.param_groups[0].get("fused")
                device = leaf.device if tensor.dim() or fused else "cpu"
                optimizer.state[leaf][what.removeprefix(_STATE)] = tensor.to(device, copy=True)
