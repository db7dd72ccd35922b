"""A variational autoencoder: digits have distributions of codes; random codes decode to digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import PIXELS, Term
from models.hyperparameter import Config, hyperparameter
from models.layers import ACTIVATION_NAMES, ACTIVATIONS, linear, perceptron
from models.variational import Variational


@dataclass(frozen=True, kw_only=True)
class VAEConfig(Config):
    """A VAE, 784 - hidden_dims - latent_dim and back, and the weight of its KL term.

    Its weights cannot be tied: the encoder ends in two layers, one for the mean and one for the
    variance of a code, and the decoder's first layer is the transpose of neither.
    """

    latent_dim: int = hyperparameter(
        10,
        minimum=2,
        maximum=64,
        unit="dimensions",
        label="Latent space",
        help="How many dimensions the code has. A code of two can be drawn as a map.",
    )
    kl_weight: float = hyperparameter(
        0.001,
        minimum=0.0,
        maximum=1.0,
        label="Weight of the KL term",
        help="How much the distance from the prior counts against the picture. A larger weight "
        "gives a smaller KL and blurrier pictures; 1/784 ≈ 0.0013 gives the textbook's evidence "
        "lower bound. With 0 nothing holds the codes near the prior.",
    )
    kl_warmup: int = hyperparameter(
        0,
        minimum=0,
        maximum=500,
        unit="epochs",
        label="KL warm-up",
        help="The weight of the KL term rises evenly from 0 to its value over so many epochs, so "
        "that the model first learns to rebuild digits. 0, as in the exercise: the full weight "
        "from the start.",
    )
    hidden_dims: tuple[int, ...] = hyperparameter(
        (128, 64),
        minimum=1,
        maximum=1024,
        unit="units",
        label="Hidden layers",
        help="Widths of the layers between the pixels and the code, separated by commas. "
        "The decoder has the same layers in reverse order.",
    )
    activation: str = hyperparameter(
        "relu",
        choices=tuple(ACTIVATIONS),
        choice_names=ACTIVATION_NAMES,
        help="The function after each hidden layer. The code has none, since its numbers have no "
        "bounds; the output always has a sigmoid. The exercise uses ReLU.",
    )


class VAE(Variational):
    """ReLU layers, a Gaussian posterior per digit, and pixels as Bernoulli probabilities.

    Source: University of Oslo exercise, task 2; Kingma and Welling (2014), arXiv:1312.6114.
    """

    config: VAEConfig

    def __init__(self, config: VAEConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.config = config
        self._kl_share = 1.0  # of the KL weight, while it warms up
        hidden = ACTIVATIONS[config.activation]
        widths = (PIXELS, *config.hidden_dims)
        last = widths[-1] if config.hidden_dims else PIXELS
        self.encoder = perceptron(widths, generator, activation=hidden, last=hidden)
        self.mu = linear(last, config.latent_dim, generator)
        self.logvar = linear(last, config.latent_dim, generator)
        decoder_widths = (config.latent_dim, *widths[::-1])
        self.decoder = perceptron(decoder_widths, generator, activation=hidden, last=nn.Identity)

    @classmethod
    def terms(cls, config: VAEConfig) -> Mapping[str, Term]:
        return {
            "loss": Term("Loss", "cross-entropy + weight × KL"),
            "cross_entropy": Term("Cross-entropy", "nats per pixel", on_demand=True, picture=True),
            "kl_to_prior": Term("KL to the prior", "nats per image", linear=True),
            "elbo": Term("Evidence lower bound", "nats per image", linear=True, on_demand=True),
        }

    @classmethod
    def formula(cls, config: VAEConfig) -> str:
        weight, where = r"\beta", ""
        if config.kl_warmup:
            weight = r"\beta_t"
            where = (
                rf",\qquad \beta_t = \beta \min(1, t / {config.kl_warmup}), "
                r"\quad t \text{ in epochs}"
            )
        return (
            r"\mathcal{L} = -\frac{1}{784} \sum_i \bigl[ x_i \log \hat x_i"
            r" + (1 - x_i) \log (1 - \hat x_i) \bigr]"
            rf" + {weight}\, \mathrm{{KL}}\bigl("
            r" \mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, I) \bigr),"
            rf"\qquad \hat x = D(\mu + \sigma\,\varepsilon){where}"
        )

    def set_epoch(self, epochs: float) -> None:
        warmup = self.config.kl_warmup
        self._kl_share = min(1.0, epochs / warmup) if warmup else 1.0

    @property
    def kl_weight(self) -> float:
        return self.config.kl_weight

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x)
        return self.mu(hidden), self.logvar(hidden)

    def decode(self, z: Tensor) -> Tensor:
        return torch.sigmoid(self.decoder(z))

    def decoder_layers(self) -> tuple[nn.Module, ...]:
        return (*self.decoder, nn.Sigmoid())

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        mu, logvar = self.posterior(x)
        logits = self.decoder(sample(mu, logvar, generator))
        cross_entropy = functional.binary_cross_entropy_with_logits(logits, x)
        kl_to_prior = gaussian_kl(mu, logvar).sum(dim=1).mean()
        return {
            "loss": cross_entropy + self._kl_share * self.config.kl_weight * kl_to_prior,
            "cross_entropy": cross_entropy,
            "kl_to_prior": kl_to_prior,
            "elbo": -(PIXELS * cross_entropy + kl_to_prior),
        }


def sample(mu: Tensor, logvar: Tensor, generator: torch.Generator) -> Tensor:
    """Draw a code of each posterior N(mu, exp(logvar)): mu + σ ε, so that gradients reach both."""
    noise = torch.empty_like(mu).normal_(generator=generator)
    return mu + torch.exp(0.5 * logvar) * noise


def gaussian_kl(mu: Tensor, logvar: Tensor) -> Tensor:
    """Return KL(N(mu, exp(logvar)) ‖ N(0, 1)) of each dimension, in nats, (N, latent_dim)."""
    return 0.5 * (mu.square() + logvar.exp() - 1 - logvar)
