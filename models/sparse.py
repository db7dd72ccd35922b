"""An autoencoder whose code units are active for few digits only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from models.autoencoder import SQUARED_ERROR, Autoencoder, AutoencoderConfig
from models.contract import Term
from models.hyperparameter import hyperparameter
from models.layers import ACTIVATION_NAMES, ACTIVATIONS

# A sigmoid reaches 0 and 1 exactly in float32, where the penalty and its slope are infinite.
_EDGE = 1e-6


@dataclass(frozen=True, kw_only=True)
class SparseConfig(AutoencoderConfig):
    """An autoencoder, and how active its code units should be."""

    activation: str = hyperparameter(
        "sigmoid",
        choices=tuple(ACTIVATIONS),
        choice_names=ACTIVATION_NAMES,
        help="The function after each hidden layer. The code always has a sigmoid here, since the "
        "penalty is defined for activations between 0 and 1, and so has the output. The exercise "
        "uses sigmoid.",
    )
    sparsity: float = hyperparameter(
        0.01,
        minimum=0.001,
        maximum=0.5,
        label="Sparsity ρ",
        help="The mean activation that each code unit should have over a batch.",
    )
    sparsity_weight: float = hyperparameter(
        1.0,
        minimum=0.0,
        maximum=10.0,
        label="Weight of the penalty",
        help="How much a mean activation above or below ρ counts against the picture. The "
        "exercise's own solution uses 1, which is strict; 0.01 is mild.",
    )


class SparseAutoencoder(Autoencoder):
    """The same network; the loss adds a penalty on the mean activation of each code unit.

    Source: University of Oslo exercise, task 1.3; Ng, "Sparse autoencoder", CS294A lecture notes.
    """

    comparison_note: ClassVar[str] = "The sparsity penalty is left out."

    config: SparseConfig

    @classmethod
    def _code_activation(cls, config: AutoencoderConfig) -> str:
        return "sigmoid"  # KL(ρ ‖ ρ̂) needs a mean activation between 0 and 1

    @classmethod
    def terms(cls, config: AutoencoderConfig) -> Mapping[str, Term]:
        terms = {
            "loss": Term("Loss", "squared error + weight × penalty", on_demand=True),
            "reconstruction": Term("Mean squared error", "per pixel", picture=True),
            "sparsity_penalty": Term(
                "Sparsity penalty", "nats, summed over the units", on_demand=True
            ),
            "mean_activation": Term("Mean activation", "of a code unit, 0 to 1"),
        }
        if config.loss == SQUARED_ERROR:
            return terms
        return {
            "loss": Term("Loss", "cross-entropy + weight × penalty", on_demand=True),
            "cross_entropy": Term("Cross-entropy", "nats per pixel"),
            **{name: term for name, term in terms.items() if name != "loss"},
        }

    @classmethod
    def formula(cls, config: AutoencoderConfig) -> str:
        loss, where = cls._picture_formula(config)
        return (
            rf"\mathcal{{L}} = {loss}"
            r" + \lambda \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j)"
            rf"{where},\qquad \hat\rho_j = \frac{{1}}{{B}} \sum_{{b=1}}^{{B}} E_j(x_b)"
        )

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        codes = self.encode(x)
        picture, squared_error = self.picture_losses(codes, x)
        activation = codes.mean(dim=0)  # (latent_dim,)
        penalty = sparsity_penalty(activation, self.config.sparsity)
        found = {
            "loss": picture + self.config.sparsity_weight * penalty,
            "cross_entropy": picture,
            "reconstruction": squared_error,
            "sparsity_penalty": penalty,
            "mean_activation": activation.mean(),
        }
        return {name: found[name] for name in self.terms(self.config)}


def sparsity_penalty(activation: Tensor, sparsity: float) -> Tensor:
    """Return Σ_j KL(ρ ‖ ρ̂_j) of Bernoulli variables in nats, at least 0 and in float64.

    `activation` is ρ̂, (latent_dim,). Near ρ the two terms of a unit cancel: in float32 what is left
    is rounding error, and often negative.
    """
    rho = torch.tensor(sparsity, dtype=torch.float64)
    rho_hat = activation.double().clamp(_EDGE, 1 - _EDGE)
    on = torch.log(rho) - torch.log(rho_hat)
    off = torch.log1p(-rho) - torch.log1p(-rho_hat)
    return (rho * on + (1 - rho) * off).clamp_min(0).sum()
