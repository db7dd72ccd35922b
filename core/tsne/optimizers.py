"""The optimiser of each map of a t-SNE run: its settings, its names and its text form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import torch
from torch import Tensor

from core.tsne.optimizer_kinds import OPTIMIZERS
from models.hyperparameter import Config, hyperparameter, hyperparameters

#: What a setting of a map is that is left to the run.
OF_RUN = -1
MAX_SEED = 2**31 - 1
MIN_PERPLEXITY = 2.0
MAX_PERPLEXITY = 1666.0
MAX_EXAGGERATION = 50.0
#: Where a map can start, and what pages call it.
STARTS = {"random": "random", "pca": "PCA"}
#: The settings in which a map can differ from its run.
OWN_SETTINGS = ("seed", "start", "perplexity", "exaggeration")
#: A run has at most this many maps.
MAX_OPTIMIZERS = 6
#: What 70,000 digits need without momentum is below a fifth of it.
MAX_LEARNING_RATE = 100_000.0
#: The rate "auto" is this share of N / exaggeration, which is meant for gradients without the
#: factor 4 that ours have.
_OF_OUR_GRADIENT = 1 / 4


@dataclass(frozen=True, kw_only=True)
class OptimizerConfig(Config):
    """One map of a run: its optimiser, and where it differs from the others of the run.

    A learning rate of 0 stands for the optimiser's usual one. Written as text: `sgd`, `adam:lr=1`,
    `sgd:lr=300:momentum=0.9:nesterov`, `gains:seed=3:perplexity=50`, `sgd:lr=auto`.
    """

    optimizer: str = hyperparameter(
        "sgd",
        choices=("sgd", "adam", "rmsprop", "adagrad", "rprop", "gains"),
        help="SGD steps along the gradient; the others adapt the step size of each coordinate. "
        "Gains is the optimiser that t-SNE was published with.",
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
    auto: bool = hyperparameter(
        False,
        label="Automatic learning rate",
        help="Number of digits divided by 4 and by the exaggeration in force, which suits momentum "
        "and large maps.",
    )
    seed: int = hyperparameter(
        OF_RUN,
        minimum=OF_RUN,
        maximum=MAX_SEED,
        help="Number that this map's random start is made from; −1: that of the run.",
    )
    start: str = hyperparameter(
        "",
        choices=("", *STARTS),
        help="Where this map starts; empty: as the run does.",
    )
    perplexity: float = hyperparameter(
        0.0,
        minimum=0.0,
        maximum=MAX_PERPLEXITY,
        help="Effective number of neighbours of each digit in this map's P; 0: those of the run.",
    )
    exaggeration: float = hyperparameter(
        0.0,
        minimum=0.0,
        maximum=MAX_EXAGGERATION,
        help="Early exaggeration of this map; 0: that of the run.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        kind = OPTIMIZERS[self.optimizer]
        if not self.learning_rate and not kind.learning_rate:
            object.__setattr__(self, "auto", True)
        if self.auto and self.learning_rate:
            raise ValueError(
                f"learning_rate (={self.learning_rate:g}) is not automatic; give a rate or auto."
            )
        if not self.learning_rate and not self.auto:
            object.__setattr__(self, "learning_rate", kind.learning_rate)
        for setting, least in (("perplexity", MIN_PERPLEXITY), ("exaggeration", 1.0)):
            if 0 < (value := getattr(self, setting)) < least:
                raise ValueError(
                    f"{setting} (={value:g}) must be at least {least:g}, or 0 for that of the run."
                )
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
            if setting == "lr=auto":
                field, value = "auto", "true"
            if field not in rules or field == "optimizer":
                raise ValueError(
                    f"{short} (in {text}) is not a setting of an optimiser; it has lr, momentum, "
                    "nesterov, seed, start, perplexity and exaggeration, as in "
                    "sgd:lr=300:momentum=0.9:nesterov."
                )
            values[field] = rules[field].parse(value or "true")
        return cls(**values)

    def __str__(self) -> str:
        """Return the shortest text form; `OptimizerConfig.parse` reads it back."""
        text = self.optimizer
        usual = OPTIMIZERS[self.optimizer].learning_rate
        if self.auto:
            text += ":lr=auto" if usual else ""
        elif self.learning_rate != usual:
            text += f":lr={_number(self.learning_rate)}"
        if self.momentum:
            text += f":momentum={self.momentum!r}"
        text += ":nesterov" if self.nesterov else ""
        for name, value in self._own.items():
            text += f":{name}={value if isinstance(value, str) else _number(value)}"
        return text

    @property
    def _own(self) -> dict[str, Any]:
        """Return the settings of this map that are not those of the run."""
        values = {name: getattr(self, name) for name in OWN_SETTINGS}
        return {
            name: value
            for name, value in values.items()
            if value != hyperparameters(type(self))[name].default
        }

    @property
    def title(self) -> str:
        """Return the name that pages show, e.g. "SGD, lr 300, Nesterov momentum 0.9"."""
        title = f"{self.short_title}, lr {'auto' if self.auto else f'{self.learning_rate:g}'}"
        if self.momentum:
            title += f", {'Nesterov ' if self.nesterov else ''}momentum {self.momentum:g}"
        for name, value in self._own.items():
            shown = STARTS[value] if name == "start" else f"{value:g}"
            title += f", {name} {shown}"
        return title

    @property
    def short_title(self) -> str:
        """Return the name without the settings, such as "SGD"."""
        return OPTIMIZERS[self.optimizer].title

    def rate(self, points: int, exaggeration: float) -> float:
        """Return the learning rate for so many points while P is exaggerated by this factor.

        Source of the automatic one: Belkina et al., Automated optimized parameters for
        T-distributed stochastic neighbor embedding, Nature Communications 2019.
        """
        return points / exaggeration * _OF_OUR_GRADIENT if self.auto else self.learning_rate

    def make(self, parameter: Tensor) -> torch.optim.Optimizer:
        """Make a new optimiser of this one tensor, (N, 2)."""
        return OPTIMIZERS[self.optimizer].make([parameter], self)


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


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
