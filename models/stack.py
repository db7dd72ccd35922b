"""An autoencoder of any linear layers: what somebody has trained in a program of their own.

The lab does not train it. Its config says how wide each layer is and which function follows it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import PIXELS, Model, Term
from models.hyperparameter import Config, hyperparameter
from models.layers import ACTIVATION_NAMES, linear

MAX_LAYERS = 8
MAX_WIDTH = 4096

#: The functions that may follow a layer, as PyTorch makes them without arguments, but for the
#: second leaky one.
FOLLOWING: Mapping[str, Callable[[], nn.Module]] = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "leaky_relu": nn.LeakyReLU,
    "leaky_relu_0.2": lambda: nn.LeakyReLU(0.2),
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "softplus": nn.Softplus,
}
#: What a page calls them.
FOLLOWING_NAMES: Mapping[str, str] = {
    **{name: name for name in FOLLOWING},
    **ACTIVATION_NAMES,
    "identity": "none",
    "leaky_relu": "leaky ReLU (0.01)",
    "leaky_relu_0.2": "leaky ReLU (0.2)",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
# The lowest numbers are those of PyTorch's functions, rounded outwards.
_RANGES = {
    "sigmoid": (0.0, 1.0),
    "relu": (0.0, math.inf),
    "tanh": (-1.0, 1.0),
    "elu": (-1.0, math.inf),
    "selu": (-1.7581, math.inf),
    "gelu": (-0.17, math.inf),
    "silu": (-0.2785, math.inf),
    "softplus": (0.0, math.inf),
}
_WIDTHS = {"minimum": 1, "maximum": MAX_WIDTH, "max_length": MAX_LAYERS, "unit": "units"}
_FUNCTIONS = {
    "choices": tuple(FOLLOWING),
    "choice_names": FOLLOWING_NAMES,
    "max_length": MAX_LAYERS,
}


@dataclass(frozen=True, kw_only=True)
class StackConfig(Config):
    """How many outputs each layer has, and which function follows it.

    The encoder's last layer gives the code, the decoder's last one the 784 pixels.

    Raises:
        ValueError: a half has no layers or not one function for each, or ends in the wrong width.
    """

    encoder: tuple[int, ...] = hyperparameter(
        (128, 32), help="Outputs of each layer of the encoder; the last is the code.", **_WIDTHS
    )
    encoder_activations: tuple[str, ...] = hyperparameter(
        ("sigmoid", "sigmoid"),
        help="The function after each layer of the encoder.",
        **_FUNCTIONS,
    )
    decoder: tuple[int, ...] = hyperparameter(
        (128, PIXELS), help="Outputs of each layer of the decoder; the last are pixels.", **_WIDTHS
    )
    decoder_activations: tuple[str, ...] = hyperparameter(
        ("sigmoid", "sigmoid"),
        help="The function after each layer of the decoder.",
        **_FUNCTIONS,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for half in ("encoder", "decoder"):
            widths, functions = getattr(self, half), getattr(self, f"{half}_activations")
            if not widths or len(widths) != len(functions):
                raise ValueError(
                    f"{half} has {len(widths)} layers and {len(functions)} functions; it needs at "
                    "least one layer, and one function for each."
                )
        if self.decoder[-1] != PIXELS:
            raise ValueError(
                f"decoder (={', '.join(map(str, self.decoder))}) must end with {PIXELS}, the "
                "pixels of a digit."
            )

    @property
    def latent_dim(self) -> int:
        """How many numbers a code has."""
        return self.encoder[-1]


class Stack(Model):
    """Linear layers, each followed by a function; pixels beyond 0 to 1 are cut off."""

    config: StackConfig

    def __init__(self, config: StackConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.config = config
        self.encoder = layers((PIXELS, *config.encoder), config.encoder_activations, generator)
        widths = (config.latent_dim, *config.decoder)
        self.decoder = layers(widths, config.decoder_activations, generator)

    @classmethod
    def terms(cls, config: StackConfig) -> Mapping[str, Term]:
        return {"loss": Term("Mean squared error", "per pixel", picture=True)}

    @classmethod
    def formula(cls, config: StackConfig) -> str:
        return r"\mathcal{L} = \frac{1}{784}\,\bigl\| x - D(E(x)) \bigr\|^2"

    @property
    def code_range(self) -> tuple[float, float]:
        return _RANGES.get(self.config.encoder_activations[-1], (-math.inf, math.inf))

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z).clamp(0, 1)

    def decoder_layers(self) -> tuple[nn.Module, ...]:
        return tuple(self.decoder)

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        return {"loss": functional.mse_loss(self(x), x)}


class Logits(nn.Module):
    """The logits of pixels: their sigmoid is the pixel, if that lies between 0 and 1."""

    #: A pixel of exactly 0 or 1 has an infinite logit.
    edge: ClassVar[float] = 1e-6

    def forward(self, pixels: Tensor) -> Tensor:
        return torch.logit(pixels, self.edge)


def layers(
    widths: Sequence[int], functions: Sequence[str], generator: torch.Generator
) -> nn.Sequential:
    """Make linear layers of these widths, each followed by its function by name."""
    made: list[nn.Module] = []
    for (inputs, outputs), function in zip(itertools.pairwise(widths), functions, strict=True):
        made += [linear(inputs, outputs, generator), FOLLOWING[function]()]
    return nn.Sequential(*made)
