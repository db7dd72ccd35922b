"""The settings of a t-SNE run."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from core.tsne.affinities import Affinities, check_perplexity
from core.tsne.device import CPU, DEVICES
from core.tsne.optimizers import MAX_OPTIMIZERS, OptimizerConfig, optimizer_names
from models.hyperparameter import Config, hyperparameter


@dataclass(frozen=True, kw_only=True)
class TSNEConfig(Config):
    """One t-SNE problem and the optimisers that are compared on it.

    The defaults are the exercise's. `optimizers` are in the text form of `OptimizerConfig`.

    Source: exercise tasks 3.1 and 3.2.
    """

    digits: int = hyperparameter(
        1000,
        minimum=100,
        maximum=5000,
        unit="digits",
        help="The first so many training digits are mapped. Twice as many take four times as long.",
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
        minimum=2.0,
        maximum=1666.0,
        help="Effective number of neighbours of each digit, at most a third of the digits.",
    )
    optimizers: tuple[str, ...] = hyperparameter(
        ("sgd", "adam"),
        max_length=MAX_OPTIMIZERS,
        label="Optimisers",
        shown=False,
        help="Up to four of sgd, adam, rmsprop, adagrad and rprop, each with its settings if they "
        "are not the usual ones: sgd:lr=300:momentum=0.9:nesterov, adam:lr=2.",
    )
    exaggeration: float = hyperparameter(
        1.0,
        minimum=1.0,
        maximum=50.0,
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
    seed: int = hyperparameter(
        0,
        minimum=0,
        maximum=2**31 - 1,
        help="Number that the random start is made from; the same seed gives the same start.",
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
        maximum=4096.0,
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
        if self.affinity == "perplexity":
            check_perplexity(self.perplexity, self.digits)

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

        `labels` are those of all training digits.
        """
        wanted = torch.tensor(self.classes or range(10), device=labels.device)
        return torch.isin(labels, wanted).nonzero().flatten()[: self.digits]

    def affinities(self, points: Tensor) -> Affinities:
        """Return P of these points, (N, D), as the config asks for it.

        Raises:
            ValueError: there are too few points for the perplexity.
        """
        if self.affinity == "perplexity":
            return Affinities.from_perplexity(points, self.perplexity)
        return Affinities.from_sigma(points, self.sigma)
