"""The exercise's autoencoder, and the form that its variants share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import PIXELS, Model, Term
from models.hyperparameter import Config, hyperparameter
from models.layers import perceptron


@dataclass(frozen=True, kw_only=True)
class AutoencoderConfig(Config):
    """The widths of an autoencoder: 784 - hidden_dims - latent_dim - hidden_dims - 784."""

    latent_dim: int = hyperparameter(
        32,
        minimum=1,
        maximum=256,
        unit="numbers",
        label="Code size",
        help="How many numbers the code of a digit has; the picture has 784. "
        "Fewer numbers compress more and lose more detail.",
    )
    hidden_dims: tuple[int, ...] = hyperparameter(
        (128,),
        minimum=1,
        maximum=1024,
        unit="units",
        label="Hidden layers",
        help="Widths of the layers between the pixels and the code, separated by commas. "
        "The decoder has the same layers in reverse order.",
    )


class Autoencoder(Model):
    """A compression autoencoder: sigmoid on every layer, mean squared error (task 1.1).

    Source: University of Oslo exercise, task 1.1.
    """

    terms: ClassVar[Mapping[str, Term]] = {
        "loss": Term("Mean squared error", "per pixel", picture=True),
    }

    formula: ClassVar[str] = r"\mathcal{L} = \frac{1}{784}\,\bigl\| x - D(E(x)) \bigr\|^2"

    def __init__(self, config: AutoencoderConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.config = config
        widths = (PIXELS, *config.hidden_dims, config.latent_dim)
        sigmoid = {"activation": nn.Sigmoid, "last": nn.Sigmoid}
        self.encoder = perceptron(widths, generator, **sigmoid)
        self.decoder = perceptron(widths[::-1], generator, **sigmoid)

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)

    def decoder_layers(self) -> tuple[nn.Module, ...]:
        return tuple(self.decoder)

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        return {"loss": functional.mse_loss(self(self.corrupt(x, generator)), x)}
