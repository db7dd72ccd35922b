"""The settings of a t-SNE run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor

from core.data.data_sets import CLASSES, DATA_SETS, MNIST
from core.data.digits import ALL_DIGITS
from core.tsne.device import CPU, DEVICES
from core.tsne.engine import AUTO, ENGINES, MESH_FROM, check_engine
from core.tsne.optimizers import (
    MAX_EXAGGERATION,
    MAX_OPTIMIZERS,
    MAX_PERPLEXITY,
    MAX_SEED,
    MIN_PERPLEXITY,
    OF_RUN,
    STARTS,
    OptimizerConfig,
    optimizer_names,
)
from models.hyperparameter import Config, hyperparameter


@dataclass(frozen=True, kw_only=True)
class TSNEConfig(Config):
    """One t-SNE problem and the optimisers that are compared on it.

    The defaults are the exercise's. `optimizers` are in the text form of `OptimizerConfig`.

    Source: exercise tasks 3.1 and 3.2.
    """

    data: str = hyperparameter(
        MNIST,
        choices=tuple(DATA_SETS),
        choice_names={name: data.title for name, data in DATA_SETS.items()},
        label="Data set",
        shown=False,
        help="The pictures that are mapped: MNIST, as in the exercise, or another set of them.",
    )
    digits: int = hyperparameter(
        1000,
        minimum=2,
        maximum=ALL_DIGITS,
        unit="digits",
        help="The first so many digits are mapped: training digits, and after all of them test "
        "digits.",
    )
    classes: tuple[int, ...] = hyperparameter(
        (),
        minimum=0,
        maximum=9,
        max_length=10,
        label="Only these classes",
        help="Only digits of these classes, 0 to 9, are mapped; empty means all.",
    )
    source: str = hyperparameter(
        "pixels",
        shown=False,
        help="What is mapped: pixels, noise, or a trained run's codes as RUN or RUN@EPOCH.",
    )
    iterations: int = hyperparameter(
        700,
        minimum=1,
        maximum=10_000,
        unit="iterations",
        help="Number of steps that each optimiser takes.",
    )
    affinity: str = hyperparameter(
        "sigma",
        choices=("sigma", "perplexity"),
        label="Neighbourhoods by",
        help="Sigma: one bandwidth for all digits, as in the exercise's own solution. Perplexity: "
        "a bandwidth for each digit, so that all have the same effective number of neighbours; "
        "this is how t-SNE is normally used.",
    )
    sigma: float = hyperparameter(
        10.0,
        minimum=0.01,
        maximum=1000.0,
        logarithmic=True,
        help="Bandwidth of the kernel exp(−d² / 2σ), as in the exercise's own solution: σ is a "
        "variance here, not a standard deviation.",
    )
    perplexity: float = hyperparameter(
        30.0,
        minimum=MIN_PERPLEXITY,
        maximum=MAX_PERPLEXITY,
        help="Effective number of neighbours of each digit, at most a third of the digits.",
    )
    optimizers: tuple[str, ...] = hyperparameter(
        ("sgd", "adam"),
        max_length=MAX_OPTIMIZERS,
        label="Optimisers",
        shown=False,
        help=f"One for each map, up to {MAX_OPTIMIZERS}: sgd, adam, rmsprop, adagrad, rprop or "
        "gains, each with its settings where they are not the usual ones: "
        "sgd:lr=300:momentum=0.9:nesterov, adam:lr=2. A map can have a seed, start, perplexity and "
        "exaggeration of its own: gains:seed=3.",
    )
    exaggeration: float = hyperparameter(
        1.0,
        minimum=1.0,
        maximum=MAX_EXAGGERATION,
        label="Early exaggeration",
        help="P is multiplied by this number at first, which pulls neighbours together; 1 changes "
        "nothing, 4 to 12 are usual.",
    )
    exaggeration_iterations: int = hyperparameter(
        100,
        minimum=0,
        maximum=10_000,
        unit="iterations",
        label="Length of the exaggeration",
        help="Number of iterations with early exaggeration.",
    )
    start: str = hyperparameter(
        "random",
        choices=tuple(STARTS),
        help="Random: standard normal positions, as in the exercise. PCA: the first two principal "
        "components, made very small, so that the large structure is that of the data from the "
        "beginning; recommended outside the exercise.",
    )
    seed: int = hyperparameter(
        0,
        minimum=0,
        maximum=MAX_SEED,
        help="Number that the random start is made from; the same seed gives the same start.",
    )
    engine: str = hyperparameter(
        AUTO,
        choices=ENGINES,
        help="Exact: all pairs of digits. Mesh: near neighbours attract, and a mesh carries the "
        f"repulsion, for many digits and a perplexity. Auto: mesh from {MESH_FROM:,} digits on.",
    )
    device: str = hyperparameter(
        CPU,
        choices=DEVICES,
        label="Compute on",
        shown=False,
        help="The processor, or a GPU that PyTorch can use. Both round differently, so their maps "
        "differ in the end.",
    )
    quality_every: int = hyperparameter(
        50,
        minimum=1,
        maximum=10_000,
        unit="iterations",
        shown=False,
        help="How often neighbour agreement and trustworthiness are measured.",
    )
    record_limit: float = hyperparameter(
        64.0,
        minimum=0.01,
        maximum=800.0,
        unit="MB",
        shown=False,
        help="Space for the positions. If those of all iterations take more, only every second, "
        "third, ... iteration is kept.",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.optimizers:
            raise ValueError("optimizers (=) must name at least one optimiser, such as sgd, adam.")
        texts = tuple(str(optimizer) for optimizer in self.optimizer_configs)
        object.__setattr__(self, "optimizers", texts)
        check_engine(self, self.digits)

    @property
    def perplexities(self) -> tuple[float, ...]:
        """Return the perplexity of each map; 0 where its bandwidth is sigma."""
        of_run = self.perplexity if self.affinity == "perplexity" else 0.0
        return tuple(each.perplexity or of_run for each in self.optimizer_configs)

    @property
    def exaggerations(self) -> tuple[float, ...]:
        """Return the early exaggeration of each map."""
        return tuple(each.exaggeration or self.exaggeration for each in self.optimizer_configs)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Return the seed of each map."""
        return tuple(
            self.seed if each.seed == OF_RUN else each.seed for each in self.optimizer_configs
        )

    @property
    def depends_on_seed(self) -> bool:
        """Return whether another seed gives another run: not if all maps start from PCA."""
        return "random" in self.starts or self.source == "noise"

    def reseeded(self) -> Self:
        """Return the same run from other random starts.

        All seeds, those of single maps too, move on so far that none of them is used again.
        """
        further = max(self.seeds) - min(self.seeds) + 1

        def moved(seed: int) -> int:
            return (seed + further) % (MAX_SEED + 1)

        optimizers = [
            each if each.seed == OF_RUN else replace(each, seed=moved(each.seed))
            for each in self.optimizer_configs
        ]
        return replace(self, seed=moved(self.seed), optimizers=tuple(map(str, optimizers)))

    @property
    def starts(self) -> tuple[str, ...]:
        """Return where each map starts: "random" or "pca"."""
        return tuple(each.start or self.start for each in self.optimizer_configs)

    @property
    def optimizer_configs(self) -> tuple[OptimizerConfig, ...]:
        """Return the optimizers as objects."""
        return tuple(OptimizerConfig.parse(text) for text in self.optimizers)

    @property
    def names(self) -> tuple[str, ...]:
        """Return a short name for each optimizer: `sgd`, `adam`, `sgd_2`."""
        return optimizer_names(self.optimizer_configs)

    @property
    def title(self) -> str:
        """Return the optimizers without their settings, such as "SGD and Adam"."""
        return " and ".join(each.short_title for each in self.optimizer_configs)

    @property
    def titles(self) -> dict[str, str]:
        """Return the title of each optimizer, by its short name, such as "SGD, lr 10".

        Of equal ones each has its number, so that no two are alike.
        """
        titles = [optimizer.title for optimizer in self.optimizer_configs]
        return {
            name: title
            if titles.count(title) == 1
            else f"{title} (no. {titles[: place + 1].count(title)})"
            for place, (name, title) in enumerate(zip(self.names, titles, strict=True))
        }

    def choose(self, labels: Tensor) -> Tensor:
        """Return the indices, ascending, of the digits to map: the first ones of the classes.

        `labels` are those of all digits.
        """
        wanted = torch.tensor(self.classes or range(CLASSES), device=labels.device)
        return torch.isin(labels, wanted).nonzero().flatten()[: self.digits]
