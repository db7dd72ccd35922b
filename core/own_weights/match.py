"""Which tensors are which layers: what a visitor sees, may change, and then opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

from core.data.data_sets import FASHION, MNIST
from models import PIXELS
from models.stack import FOLLOWING, FOLLOWING_NAMES
from models.stack_vae import SPREADS

UNIT, SYMMETRIC, SYMMETRIC_IN, STANDARD, STANDARD_IN = (
    "unit",
    "symmetric",
    "symmetric_in",
    "standard",
    "standard_in",
)
#: What a page calls the scales of pixels that a network may have been trained with.
SCALES: Mapping[str, str] = {
    UNIT: "0 to 1, in and out",
    SYMMETRIC: "−1 to 1, in and out",
    SYMMETRIC_IN: "−1 to 1 in, 0 to 1 out",
    STANDARD: "standardised, in and out",
    STANDARD_IN: "standardised in, 0 to 1 out",
}
#: Mean and standard deviation of all pixels of the training digits, as programs standardise them.
STANDARDS: Mapping[str, tuple[float, float]] = {MNIST: (0.1307, 0.3081), FASHION: (0.2860, 0.3530)}


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A linear layer in a file: the names of its weight and bias, and its widths.

    The weight is (outputs, inputs), as of `nn.Linear`, or the transpose of that. `half` is 0 or 1
    where the layer is the first or second half of the outputs of what the file holds: of one layer
    that computes mean and spread together.
    """

    weight: str
    bias: str | None
    inputs: int
    outputs: int
    transposed: bool = False
    half: int | None = None


@dataclass(frozen=True, kw_only=True)
class Match:
    """How a file's tensors make an autoencoder: `layers` in turn, from 784 pixels to 784 pixels.

    The first `code` layers are the encoder. `activations` has one function of
    `models.stack.FOLLOWING` for each layer. Of a VAE, the last layer of the encoder is the head for
    the mean, and `spread` the one for what `kind_of_spread`, of `models.stack_vae.SPREADS`, says.
    `scale`, of `SCALES`, is that of the pixels which the network was trained with, on the data set
    `data`. Change a match with `dataclasses.replace`, or by the methods.

    Raises:
        ValueError: these do not fit each other; a sentence.
    """

    layers: tuple[Layer, ...]
    code: int
    activations: tuple[str, ...]
    spread: Layer | None = None
    kind_of_spread: str = "log_variance"
    scale: str = UNIT
    data: str = MNIST

    def __post_init__(self) -> None:
        if not 1 <= self.code < len(self.layers):
            raise ValueError(
                f"The code (after layer {self.code}) must come after one of the layers 1 to "
                f"{len(self.layers) - 1}."
            )
        if len(self.activations) != len(self.layers) or not set(self.activations) <= set(FOLLOWING):
            raise ValueError(f"Each layer needs one function of {', '.join(FOLLOWING)}.")
        if self.kind_of_spread not in SPREADS:
            raise ValueError(
                f"{self.kind_of_spread!r} is no spread; choose of {', '.join(SPREADS)}."
            )
        if self.scale not in scales_of(self.data):
            raise ValueError(f"{self.scale!r} is no scale of the pixels of {self.data}.")
        last = self.activations[-1]
        if not fits_scale(last, self.scale):
            raise ValueError(
                f"The last layer has the function {FOLLOWING_NAMES[last]}, and pixels are "
                f"{SCALES[self.scale]}: pixels of −1 to 1 need none or tanh, standardised "
                "ones none."
            )

    @property
    def is_variational(self) -> bool:
        """Whether it has two heads, as a VAE."""
        return self.spread is not None

    @property
    def latent_dim(self) -> int:
        """How many numbers a code has."""
        return self.layers[self.code - 1].outputs

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths from pixels to pixels."""
        return (PIXELS, *(layer.outputs for layer in self.layers))

    def with_activation(self, place: int, name: str) -> Self:
        """Return the match with another function after a layer, counted from 0."""
        changed = (*self.activations[:place], name, *self.activations[place + 1 :])
        return replace(self, activations=changed)

    def with_heads_swapped(self) -> Self:
        """Return the match with the two heads of a VAE exchanged; of others, the same match."""
        if self.spread is None:
            return self
        mean = self.layers[self.code - 1]
        layers = (*self.layers[: self.code - 1], self.spread, *self.layers[self.code :])
        return replace(self, layers=layers, spread=mean)


def scales_of(data: str) -> tuple[str, ...]:
    """Return the scales of pixels that can be undone on a data set."""
    return tuple(SCALES) if data in STANDARDS else (UNIT, SYMMETRIC, SYMMETRIC_IN)


def fits_scale(last: str, scale: str) -> bool:
    """Return whether pixels of a scale may come from a last layer with this function."""
    return (
        scale in (UNIT, SYMMETRIC_IN, STANDARD_IN)
        or last == "identity"
        or (scale == SYMMETRIC and last == "tanh")
    )


def scaling(scale: str, data: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return (shift, factor) of what goes in and of what comes out: (pixel − shift) / factor."""
    unit, symmetric = (0.0, 1.0), (0.5, 0.5)
    standard = STANDARDS.get(data, unit)
    return {
        UNIT: (unit, unit),
        SYMMETRIC: (symmetric, symmetric),
        SYMMETRIC_IN: (symmetric, unit),
        STANDARD: (standard, standard),
        STANDARD_IN: (standard, unit),
    }[scale]
