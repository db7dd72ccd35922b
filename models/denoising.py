"""An autoencoder that gets a noisy digit and learns to return the clean one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from models.autoencoder import Autoencoder, AutoencoderConfig
from models.hyperparameter import hyperparameter


@dataclass(frozen=True, kw_only=True)
class DenoisingConfig(AutoencoderConfig):
    """An autoencoder's widths, and how strong the noise is that it learns to remove."""

    noise_std: float = hyperparameter(
        0.2,
        minimum=0.0,
        maximum=2.0,
        label="Noise",
        unit="standard deviation",
        help="Gaussian noise added to every pixel of the input while training. A pixel lies "
        "between 0 and 1; as in the exercise's own solution, the noisy pixels are clipped to that.",
    )


class DenoisingAutoencoder(Autoencoder):
    """The same network; noise goes in, the loss compares with the clean digit.

    Source: University of Oslo exercise, task 1.2.
    """

    given: ClassVar[str] = r"\tilde x"
    comparison_note: ClassVar[str] = "A denoising model gets noisy digits here, as in its training."

    config: DenoisingConfig

    @classmethod
    def formula(cls, config: AutoencoderConfig) -> str:
        noise = (
            r",\qquad \tilde x = \mathrm{clip}_{[0,1]}(x + \sigma\,\varepsilon),"
            r"\quad \varepsilon \sim \mathcal{N}(0, I)"
        )
        return super().formula(config) + noise

    @property
    def trained_noise(self) -> float:
        return self.config.noise_std

    def corrupt(self, x: Tensor, generator: torch.Generator) -> Tensor:
        noise = torch.empty_like(x).normal_(0.0, self.config.noise_std, generator=generator)
        return noise.add_(x).clamp_(0, 1)
