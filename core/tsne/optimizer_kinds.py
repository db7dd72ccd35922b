"""The optimisers that t-SNE can use, and how each is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from core.tsne.gains import GradientDescentWithGains

#: Momentum of `gains` while P is exaggerated, and after that.
EARLY_MOMENTUM = 0.5
LATE_MOMENTUM = 0.8


class Steps(Protocol):
    """What an optimiser is made with: how large its steps are, and what they keep of the last."""

    @property
    def learning_rate(self) -> float: ...

    @property
    def momentum(self) -> float: ...

    @property
    def nesterov(self) -> bool: ...


@dataclass(frozen=True)
class OptimizerKind:
    """An optimiser: how pages call it, its usual step (0: automatic), how it is made, and which
    settings pages offer for it beside the step."""

    title: str
    learning_rate: float
    make: Callable[[list[Tensor], Steps], torch.optim.Optimizer]
    takes: tuple[str, ...] = ()


# foreach=False: torch's loops over lists of tensors only cost time for one small tensor.
OPTIMIZERS: dict[str, OptimizerKind] = {
    "sgd": OptimizerKind(
        title="SGD",
        learning_rate=10.0,
        make=lambda parameters, c: torch.optim.SGD(
            parameters, c.learning_rate, c.momentum, nesterov=c.nesterov, foreach=False
        ),
        takes=("momentum", "nesterov", "auto"),
    ),
    "adam": OptimizerKind(
        title="Adam",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.Adam(parameters, c.learning_rate, fused=True),
    ),
    "rmsprop": OptimizerKind(
        title="RMSprop",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.RMSprop(
            parameters, c.learning_rate, momentum=c.momentum, foreach=False
        ),
        takes=("momentum",),
    ),
    "adagrad": OptimizerKind(
        title="Adagrad",
        learning_rate=2.0,
        make=lambda parameters, c: torch.optim.Adagrad(parameters, c.learning_rate, foreach=False),
    ),
    "rprop": OptimizerKind(
        title="Rprop",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.Rprop(parameters, c.learning_rate, foreach=False),
    ),
    "gains": OptimizerKind(
        title="Gains",
        learning_rate=0.0,
        make=lambda parameters, c: GradientDescentWithGains(
            parameters, c.learning_rate, EARLY_MOMENTUM
        ),
        takes=("auto",),
    ),
}
