"""Bound the likelihood that a variational autoencoder gives to digits."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from models.vae import gaussian_kl
from models.variational import Variational

#: So many codes are decoded at a time.
_CODES = 10_000


class Bounds(NamedTuple):
    """Two lower bounds of log p(x) of each of N digits, in nats per image: float64, (N,).

    `evidence` is the evidence lower bound that training maximises; `importance_weighted` lies
    between it and log p(x).
    """

    evidence: Tensor
    importance_weighted: Tensor


@torch.inference_mode()
def likelihood_bounds(
    model: Variational, pixels: Tensor, samples: int, generator: torch.Generator
) -> Bounds:
    """Estimate both bounds from the same codes, so many `samples` of each digit's posterior.

        evidence:             mean_k log w_k
        importance-weighted:  log mean_k w_k,   w_k = p(x|z_k) p(z_k) / q(z_k|x)

    The decoder's outputs count as probabilities of a pixel being white. For grey pixels
    x log p + (1 - x) log(1 - p) is then no log-probability, so that the bounds compare models of
    the same data, and say nothing by themselves.

    Args:
        model: The VAE.
        pixels: Digits, (N, 784).
        samples: How many codes of each digit.
        generator: What they are drawn from.

    Source: Burda, Grosse and Salakhutdinov, Importance weighted autoencoders, 2016.
    """
    evidence: list[Tensor] = []
    weighted: list[Tensor] = []
    for digits in pixels.split(max(1, _CODES // samples)):
        mu, logvar = (each.repeat_interleave(samples, 0) for each in model.posterior(digits))
        noise = torch.empty_like(mu).normal_(generator=generator)
        codes = mu + torch.exp(0.5 * logvar) * noise
        logits = model.decoder(codes)
        targets = digits.repeat_interleave(samples, 0)
        fit = -functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        # Both densities without their common factor, (2 pi)^(-d / 2).
        prior = -0.5 * codes.square().sum(1)
        # From the noise: where a spread is far smaller than its mean, as without a KL term, the
        # difference between code and mean is only rounding.
        posterior = -0.5 * (noise.square() + logvar).sum(1)
        logs = (fit.sum(1) + prior - posterior).double().view(len(digits), samples)
        # The KL divergence has a closed form, which is less noisy than its samples.
        divergence = gaussian_kl(*model.posterior(digits)).sum(1)
        evidence.append(fit.sum(1).double().view(len(digits), samples).mean(1) - divergence)
        weighted.append(logs.logsumexp(1) - math.log(samples))
    return Bounds(torch.cat(evidence), torch.cat(weighted))
