"""The exercise's autoencoder, and the form that its variants share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import PIXELS, Model, Term
from models.hyperparameter import Config, hyperparameter
from models.layers import ACTIVATION_NAMES, ACTIVATIONS, perceptron, tied_perceptron

SQUARED_ERROR, CROSS_ENTROPY = "squared_error", "cross_entropy"
_RANGES = {"sigmoid": (0.0, 1.0), "relu": (0.0, math.inf), "tanh": (-1.0, 1.0)}


@dataclass(frozen=True, kw_only=True)
class AutoencoderConfig(Config):
    """An autoencoder: 784 - hidden_dims - latent_dim - hidden_dims - 784, and what it minimises."""

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
    activation: str = hyperparameter(
        "sigmoid",
        choices=tuple(ACTIVATIONS),
        choice_names=ACTIVATION_NAMES,
        help="The function after each hidden layer and after the code. The output always has a "
        "sigmoid, so that pixels stay between 0 and 1. The exercise uses sigmoid.",
    )
    loss: str = hyperparameter(
        SQUARED_ERROR,
        choices=(SQUARED_ERROR, CROSS_ENTROPY),
        choice_names={SQUARED_ERROR: "squared error", CROSS_ENTROPY: "cross-entropy"},
        help="What is minimised, as a mean over the pixels. Cross-entropy takes each output for "
        "the probability that the pixel is white. The exercise uses the squared error.",
    )
    tied_weights: bool = hyperparameter(
        False,
        help="The decoder uses the encoder's weights, transposed, with biases of its own: half as "
        "many weights to learn. In the exercise they are not tied.",
    )


class Autoencoder(Model):
    """A compression autoencoder: sigmoid on every layer, mean squared error (task 1.1).

    The config can choose another activation and another loss, and tie the decoder's weights.

    Source: University of Oslo exercise, task 1.1.
    """

    #: What goes into the encoder, in a formula.
    given: ClassVar[str] = "x"

    def __init__(self, config: AutoencoderConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.config = config
        widths = (PIXELS, *config.hidden_dims, config.latent_dim)
        hidden, code = ACTIVATIONS[config.activation], ACTIVATIONS[self._code_activation(config)]
        self.encoder = perceptron(widths, generator, activation=hidden, last=code)
        inner = {"activation": hidden, "last": nn.Sigmoid}
        if config.tied_weights:
            self.decoder = tied_perceptron(self.encoder, generator, **inner)
        else:
            self.decoder = perceptron(widths[::-1], generator, **inner)

    @classmethod
    def _code_activation(cls, config: AutoencoderConfig) -> str:
        """Return the activation function of the code."""
        return config.activation

    @classmethod
    def terms(cls, config: AutoencoderConfig) -> Mapping[str, Term]:
        if config.loss == SQUARED_ERROR:
            return {"loss": Term("Mean squared error", "per pixel", picture=True)}
        # The squared error stays beside it: that is what runs, PCA and the mean picture share.
        return {
            "loss": Term("Cross-entropy", "nats per pixel"),
            "reconstruction": Term("Mean squared error", "per pixel", picture=True),
        }

    @classmethod
    def formula(cls, config: AutoencoderConfig) -> str:
        loss, where = cls._picture_formula(config)
        return rf"\mathcal{{L}} = {loss}{where}"

    @classmethod
    def _picture_formula(cls, config: AutoencoderConfig) -> tuple[str, str]:
        """Return what a rebuilt picture costs, and the meaning of its symbols, in LaTeX."""
        if config.loss == SQUARED_ERROR:
            return rf"\frac{{1}}{{784}}\,\bigl\| x - D(E({cls.given})) \bigr\|^2", ""
        return (
            r"-\frac{1}{784} \sum_i \bigl[ x_i \log \hat x_i"
            r" + (1 - x_i) \log (1 - \hat x_i) \bigr]",
            rf",\qquad \hat x = D(E({cls.given}))",
        )

    @property
    def code_range(self) -> tuple[float, float]:
        return _RANGES[self._code_activation(self.config)]

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def decode(self, z: Tensor) -> Tensor:
        return self.decoder(z)

    def decoder_layers(self) -> tuple[nn.Module, ...]:
        return tuple(self.decoder)

    def picture_losses(self, codes: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return what is minimised of the rebuilt pictures, and their mean squared error per pixel.

        Without another choice in the config both are the same.
        """
        if self.config.loss == SQUARED_ERROR:
            squared_error = functional.mse_loss(self.decode(codes), x)
            return squared_error, squared_error
        # Without the last sigmoid: the logarithm of an output that has reached 0 is infinite.
        logits = self.decoder[:-1](codes)
        cross_entropy = functional.binary_cross_entropy_with_logits(logits, x)
        with torch.no_grad():
            return cross_entropy, functional.mse_loss(torch.sigmoid(logits), x)

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        codes = self.encode(self.corrupt(x, generator))
        loss, squared_error = self.picture_losses(codes, x)
        if self.config.loss == SQUARED_ERROR:
            return {"loss": loss}
        return {"loss": loss, "reconstruction": squared_error}
