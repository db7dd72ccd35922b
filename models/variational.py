"""What every variational autoencoder has: a posterior for each digit, and a decoder to logits."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from torch import Tensor, nn

from models.contract import Model


class Variational(Model):
    """A model whose code of a digit is the mean of a Gaussian posterior over codes."""

    code_label: ClassVar[str] = "Posterior mean"
    has_posterior: ClassVar[bool] = True
    comparison_note: ClassVar[str] = (
        "The KL term, which each run weighs in its own way, is left out. Codes are drawn from the "
        "posteriors, as in training."
    )

    #: From codes (N, latent_dim) to the logits of pixels (N, 784).
    decoder: nn.Sequential

    @property
    def kl_weight(self) -> float | None:
        """The weight of the KL term in its training; None where the lab does not know it."""
        return None

    @abstractmethod
    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the mean and log-variance of q(z|x), each (N, latent_dim), of digits (N, 784)."""

    def encode(self, x: Tensor) -> Tensor:
        """Return the posterior means (N, latent_dim) of digits (N, 784)."""
        return self.posterior(x)[0]
