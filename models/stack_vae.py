"""A VAE of any linear layers: what somebody has trained in a program of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.contract import PIXELS, Term
from models.hyperparameter import hyperparameter
from models.layers import linear
from models.stack import FOLLOWING, Logits, StackConfig, layers
from models.vae import gaussian_kl, sample
from models.variational import Variational

#: Where a spread of exactly 0 has an infinite logarithm.
_SMALLEST = 1e-12

#: How the log-variance of a posterior comes from what the second head computes.
SPREADS: Mapping[str, Callable[[Tensor], Tensor]] = {
    "log_variance": lambda a: a,
    "log_deviation": lambda a: 2 * a,
    "deviation": lambda a: 2 * a.abs().clamp_min(_SMALLEST).log(),
    "softplus_deviation": lambda a: 2 * functional.softplus(a).clamp_min(_SMALLEST).log(),
    "variance": lambda a: a.abs().clamp_min(_SMALLEST).log(),
    "softplus_variance": lambda a: functional.softplus(a).clamp_min(_SMALLEST).log(),
}
#: What a page calls them.
SPREAD_NAMES: Mapping[str, str] = {
    "log_variance": "log-variance, log σ²",
    "log_deviation": "log standard deviation, log σ",
    "deviation": "standard deviation, σ",
    "softplus_deviation": "standard deviation after softplus",
    "variance": "variance, σ²",
    "softplus_variance": "variance after softplus",
}


@dataclass(frozen=True, kw_only=True)
class StackVAEConfig(StackConfig):
    """The layers of a VAE: the encoder's last one gives the mean of the posterior.

    A second head gives the spread, from the same hidden units.
    """

    spread: str = hyperparameter(
        "log_variance",
        choices=tuple(SPREADS),
        choice_names=SPREAD_NAMES,
        help="What the second head computes.",
    )


class StackVAE(Variational):
    """Linear layers with two heads; the loss is the negative evidence lower bound.

    With which weight of the KL term the layers were trained is not known.
    """

    config: StackVAEConfig

    def __init__(self, config: StackVAEConfig, generator: torch.Generator) -> None:
        super().__init__()
        self.config = config
        widths = (PIXELS, *config.encoder)
        self.encoder = layers(widths[:-1], config.encoder_activations[:-1], generator)
        self.mu = nn.Sequential(
            linear(widths[-2], widths[-1], generator), FOLLOWING[config.encoder_activations[-1]]()
        )
        self.spread = linear(widths[-2], widths[-1], generator)
        decoder = layers((widths[-1], *config.decoder), config.decoder_activations, generator)
        # A sigmoid's logits are what goes into it; of other pixels they are found.
        self._ends_in_sigmoid = isinstance(decoder[-1], nn.Sigmoid)
        self.decoder = decoder[:-1] if self._ends_in_sigmoid else decoder.append(Logits())

    @classmethod
    def terms(cls, config: StackVAEConfig) -> Mapping[str, Term]:
        return {
            "loss": Term("Negative evidence lower bound", "nats per pixel", on_demand=True),
            "cross_entropy": Term("Cross-entropy", "nats per pixel", on_demand=True, picture=True),
            "kl_to_prior": Term("KL to the prior", "nats per image", linear=True),
            "elbo": Term("Evidence lower bound", "nats per image", linear=True, on_demand=True),
        }

    @classmethod
    def formula(cls, config: StackVAEConfig) -> str:
        return (
            r"\mathcal{L} = \frac{1}{784} \Bigl( -\sum_i \bigl[ x_i \log \hat x_i"
            r" + (1 - x_i) \log (1 - \hat x_i) \bigr]"
            r" + \mathrm{KL}\bigl( \mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, I) \bigr)"
            r" \Bigr),\qquad \hat x = D(\mu + \sigma\,\varepsilon)"
        )

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.encoder(x)
        return self.mu(hidden), SPREADS[self.config.spread](self.spread(hidden))

    def decode(self, z: Tensor) -> Tensor:
        if self._ends_in_sigmoid:
            return torch.sigmoid(self.decoder(z))
        return self.decoder[:-1](z).clamp(0, 1)

    def decoder_layers(self) -> tuple[nn.Module, ...]:
        if self._ends_in_sigmoid:
            return (*self.decoder, nn.Sigmoid())
        return tuple(self.decoder[:-1])

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        mu, logvar = self.posterior(x)
        logits = self.decoder(sample(mu, logvar, generator))
        cross_entropy = functional.binary_cross_entropy_with_logits(logits, x)
        kl_to_prior = gaussian_kl(mu, logvar).sum(dim=1).mean()
        return {
            "loss": cross_entropy + kl_to_prior / PIXELS,
            "cross_entropy": cross_entropy,
            "kl_to_prior": kl_to_prior,
            "elbo": -(PIXELS * cross_entropy + kl_to_prior),
        }
