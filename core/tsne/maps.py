"""The maps of a t-SNE run while optimisers lower their KL divergence, and their checkpoints."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from core.runs.saved_shapes import check_shapes
from core.tsne.gradient import Gradient
from core.tsne.optimizer_kinds import EARLY_MOMENTUM, LATE_MOMENTUM
from core.tsne.optimizers import OptimizerConfig

#: The names of a checkpoint's tensors, behind the map's name and a dot.
_POSITIONS, _RATE, _STATE = "positions", "learning_rate", "optimizer."


class Maps:
    """The maps of a run, (N, 2) each, with an optimiser and a P for each.

    `positions` is (maps, N, 2), `divergences` the KL divergences there in nats, NaN where they were
    not measured. Each map is one leaf tensor, a view into `positions`, that an optimiser of
    torch.optim steps on; its gradient is written in closed form, so autograd records nothing.

    Args:
        optimizers: What each map is optimised by, by the maps' names.
        starts: Where each map starts, (maps, N, 2).
        gradients: What finds the gradient of each map; maps with the same P share one.
        exaggerations: What P of each map is multiplied by at first.
        early: Number of iterations for which it is.
    """

    def __init__(
        self,
        optimizers: Mapping[str, OptimizerConfig],
        starts: Tensor,
        gradients: Sequence[Gradient],
        exaggerations: Sequence[float],
        early: int,
    ) -> None:
        self.names = tuple(optimizers)
        self.positions = starts.clone()
        self.divergences: list[float] = []
        self._gradient_of = gradients
        self._exaggerations = exaggerations
        self._early = early
        self._configs = optimizers
        self._gradients = torch.zeros_like(self.positions)
        self._leaves = dict(zip(self.names, self.positions, strict=True))
        self._pairs = list(zip(self._leaves.values(), self._gradients, strict=True))
        for leaf, gradient in self._pairs:
            leaf.grad = gradient
        self._optimizers = {
            name: optimizer.make(self._leaves[name]) for name, optimizer in optimizers.items()
        }
        self._begin_phase(0, rates=True)

    def evaluate(self, iteration: int, *, measure: bool = True) -> None:
        """Find the gradients, and if asked the KL divergences, after an iteration."""
        early = iteration < self._early
        self.divergences = [
            find(*leaf_and_gradient, exaggeration if early else 1.0, measure=measure)
            for find, leaf_and_gradient, exaggeration in zip(
                self._gradient_of, self._pairs, self._exaggerations, strict=True
            )
        ]

    def begin_iteration(self, iteration: int) -> None:
        """Take over the learning rates and momenta that begin with this iteration, from 1 on."""
        if iteration == self._early + 1:
            self._begin_phase(iteration - 1, rates=True)

    def _begin_phase(self, done: int, *, rates: bool) -> None:
        """Set what depends on the exaggeration as it is after `done` iterations."""
        for (name, config), factor in zip(self._configs.items(), self._exaggerations, strict=True):
            exaggeration = factor if done < self._early else 1.0
            group = self._optimizers[name].param_groups[0]
            if rates and config.auto:
                group["lr"] = config.rate(self.positions.shape[1], exaggeration)
            if config.optimizer == "gains":
                group["momentum"] = EARLY_MOMENTUM if exaggeration > 1 else LATE_MOMENTUM

    @torch.no_grad()
    def step(self) -> None:
        """Move every map along the gradient that was found last."""
        for optimizer in self._optimizers.values():
            # Without what torch.optim wraps around it, for profilers and for gradients of steps:
            # with a thousand points that takes as long as the step itself.
            inspect.unwrap(type(optimizer).step)(optimizer)

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

    def load_checkpoint(self, tensors: Mapping[str, Tensor], done: int) -> None:
        """Go back to where `checkpoint` was taken, after `done` iterations; call `evaluate` next.

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
        self._begin_phase(max(done - 1, 0), rates=False)
