"""The optimisers of a t-SNE run: how each is described, named and made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from models.hyperparameter import Config, hyperparameter, hyperparameters

MAX_OPTIMIZERS = 4
MAX_LEARNING_RATE = 10_000.0


@dataclass(frozen=True)
class _Kind:
    """An optimiser of torch.optim: how pages call it, its usual step and how it is made."""

    title: str
    learning_rate: float
    make: Callable[[list[Tensor], OptimizerConfig], torch.optim.Optimizer]
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig(Config):
    """One optimiser with its settings; a learning rate of 0 stands for the optimiser's usual one.

    Written as text: `sgd`, `adam:lr=1`, `sgd:lr=300:momentum=0.9:nesterov`.
    """

    optimizer: str = hyperparameter(
        "sgd",
        choices=("sgd", "adam", "rmsprop", "adagrad", "rprop"),
        help="SGD steps along the gradient; the others adapt the step size of each coordinate.",
    )
    learning_rate: float = hyperparameter(
        0.0,
        minimum=0.0,
        maximum=MAX_LEARNING_RATE,
        logarithmic=True,
        help="Size of the steps. t-SNE's gradients are tiny, so SGD needs large steps: 10 in the "
        "exercise, up to 1,000 with early exaggeration. For Adam try 0.1 to 2.",
    )
    momentum: float = hyperparameter(
        0.0,
        minimum=0.0,
        maximum=0.99,
        help="Share of the last step that is added to the next one (SGD and RMSprop).",
    )
    nesterov: bool = hyperparameter(
        False,
        label="Nesterov momentum",
        help="Takes the gradient at the point where the momentum leads, so that it overshoots less "
        "(SGD).",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = OPTIMIZERS[self.optimizer]
        if self.learning_rate == 0:
            object.__setattr__(self, "learning_rate", kind.learning_rate)
        for setting in ("momentum", "nesterov"):
            value = getattr(self, setting)
            if value and setting not in kind.takes:
                able = " or ".join(
                    name for name, other in OPTIMIZERS.items() if setting in other.takes
                )
                raise ValueError(
                    f"{setting} (={value}) is not for {self.optimizer}; leave it 0 or take {able}."
                )
        if self.nesterov and not self.momentum:
            raise ValueError(
                "nesterov (=True) needs a momentum above 0; set momentum, such as 0.9, or leave "
                "nesterov out."
            )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form.

        Raises:
            ValueError: it names no optimiser, or a setting that does not exist or breaks its rule.
        """
        rules = hyperparameters(cls)
        name, *settings = text.strip().lower().split(":")
        values: dict[str, Any] = {"optimizer": name}
        for setting in settings:
            short, _, value = setting.partition("=")
            field = "learning_rate" if short == "lr" else short
            if field not in rules or field == "optimizer":
                raise ValueError(
                    f"{short} (in {text}) is not a setting of an optimiser; it has lr, momentum "
                    "and nesterov, as in sgd:lr=300:momentum=0.9:nesterov."
                )
            values[field] = rules[field].parse(value or "true")
        return cls(**values)

    def __str__(self) -> str:
        """Return the shortest text form; `OptimizerConfig.parse` reads it back."""
        text = self.optimizer
        if self.learning_rate != OPTIMIZERS[self.optimizer].learning_rate:
            text += f":lr={self.learning_rate!r}".removesuffix(".0")
        if self.momentum:
            text += f":momentum={self.momentum!r}"
        return text + (":nesterov" if self.nesterov else "")

    @property
    def title(self) -> str:
        """Return the name that pages show, e.g. "SGD, lr 300, Nesterov momentum 0.9"."""
        title = f"{self.short_title}, lr {self.learning_rate:g}"
        if self.momentum:
            title += f", {'Nesterov ' if self.nesterov else ''}momentum {self.momentum:g}"
        return title

    @property
    def short_title(self) -> str:
        """Return the name without the settings, such as "SGD"."""
        return OPTIMIZERS[self.optimizer].title

    def make(self, parameter: Tensor) -> torch.optim.Optimizer:
        """Make a new optimiser of this one tensor."""
        return OPTIMIZERS[self.optimizer].make([parameter], self)


def check_learning_rate(learning_rate: float) -> float:
    """Return the learning rate; raise ValueError unless 0 < rate <= MAX_LEARNING_RATE."""
    if not 0 < learning_rate <= MAX_LEARNING_RATE:
        raise ValueError(
            f"learning rate (={learning_rate:g}) must be above 0 and at most "
            f"{MAX_LEARNING_RATE:,g}."
        )
    return learning_rate


def optimizer_names(optimizers: Sequence[OptimizerConfig]) -> tuple[str, ...]:
    """Return a short name for each, for files and columns: `sgd`, or `sgd_2` for a second SGD."""
    names: list[str] = []
    for position, optimizer in enumerate(optimizers):
        before = [other.optimizer for other in optimizers[:position]]
        again = before.count(optimizer.optimizer)
        names.append(f"{optimizer.optimizer}_{again + 1}" if again else optimizer.optimizer)
    return tuple(names)


def short_titles(optimizers: Sequence[str]) -> tuple[str, ...]:
    """Return the names of maps in charts: "SGD", or "SGD 1" and "SGD 2" where there are two."""
    titles = [OPTIMIZERS[optimizer].title for optimizer in optimizers]
    return tuple(
        title if titles.count(title) == 1 else f"{title} {titles[:place].count(title) + 1}"
        for place, title in enumerate(titles)
    )


# foreach=False: torch's loops over lists of tensors only cost time for one small tensor.
OPTIMIZERS: dict[str, _Kind] = {
    "sgd": _Kind(
        title="SGD",
        learning_rate=10.0,
        make=lambda parameters, c: torch.optim.SGD(
            parameters, c.learning_rate, c.momentum, nesterov=c.nesterov, foreach=False
        ),
        takes=("momentum", "nesterov"),
    ),
    "adam": _Kind(
        title="Adam",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.Adam(parameters, c.learning_rate, fused=True),
    ),
    "rmsprop": _Kind(
        title="RMSprop",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.RMSprop(
            parameters, c.learning_rate, momentum=c.momentum, foreach=False
        ),
        takes=("momentum",),
    ),
    "adagrad": _Kind(
        title="Adagrad",
        learning_rate=2.0,
        make=lambda parameters, c: torch.optim.Adagrad(parameters, c.learning_rate, foreach=False),
    ),
    "rprop": _Kind(
        title="Rprop",
        learning_rate=0.1,
        make=lambda parameters, c: torch.optim.Rprop(parameters, c.learning_rate, foreach=False),
    ),
}
