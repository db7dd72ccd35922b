"""An autoencoder whose code units are active for few digits only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from models.autoencoder import Autoencoder, AutoencoderConfig
from models.contract import Term
from models.hyperparameter import hyperparameter

# A sigmoid reaches 0 and 1 exactly in float32, where the penalty and its slope are infinite.
_EDGE = 1e-6


@dataclass(frozen=True, kw_only=True)
class SparseConfig(AutoencoderConfig):
    """The widths of an autoencoder, and how active its code units should be."""

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

    terms: ClassVar[Mapping[str, Term]] = {
        "loss": Term("Loss", "squared error + weight × penalty", on_demand=True),
        "reconstruction": Term("Mean squared error", "per pixel", picture=True),
        "sparsity_penalty": Term("Sparsity penalty", "nats, summed over the units", on_demand=True),
        "mean_activation": Term("Mean activation", "of a code unit, 0 to 1"),
    }
    formula: ClassVar[str] = (
        r"\mathcal{L} = \frac{1}{784}\,\bigl\| x - D(E(x)) \bigr\|^2"
        r" + \lambda \sum_j \mathrm{KL}(\rho \,\|\, \hat\rho_j),"
        r"\qquad \hat\rho_j = \frac{1}{B} \sum_{b=1}^{B} E_j(x_b)"
    )

    comparison_note: ClassVar[str] = "The sparsity penalty is left out."

    config: SparseConfig

    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        codes = self.encode(x)
        reconstruction = functional.mse_loss(self.decode(codes), x)
        activation = codes.mean(dim=0)  # (latent_dim,)
        penalty = sparsity_penalty(activation, self.config.sparsity)
        return {
            "loss": reconstruction + self.config.sparsity_weight * penalty,
            "reconstruction": reconstruction,
            "sparsity_penalty": penalty,
            "mean_activation": activation.mean(),
        }


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
