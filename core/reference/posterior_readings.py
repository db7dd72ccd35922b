"""Find out from a VAE's weights how its second head is read, and what its KL term counts.

Where a training has settled, no small change of the weights changes its loss. Three such changes
are easy: each dimension's mean times a number, its second head times a number, and plus a number.
With gradients g of the cross-entropy and k of the KL by these, g + β k is near zero for the weight
β that was trained with, if codes are drawn and the KL is computed as in that training.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.stack_vae import SPREADS, StackVAE
from models.vae import gaussian_kl

#: What the noise is multiplied by where the second head is a log-variance.
LOG_VARIANCE = "exp(½ log σ²)"
#: A reading is none where its pictures cost so many times those of the best one.
_WORSE = 1.3
#: One that rests at the expected weight, to this factor, goes before one that does not.
_NEAR = 1.6
#: A training has settled where less than this share of the gradient is left.
_SETTLED = 0.75
_DIGITS = 2_000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How codes are drawn from the two heads of a VAE, as its weights fit best.

    `name` is what the noise is multiplied by; `mistake` what the log-variance is taken for, empty
    where all is consistent. `weight` is the weight of the KL term that the weights are at rest
    with, beside a cross-entropy per pixel. `entropy`, per pixel, is that under this reading;
    `usual_entropy` and `usual_kl`, in nats per image, where the second head is a log-variance.
    """

    name: str
    mistake: str
    weight: float
    entropy: float
    usual_entropy: float
    usual_kl: float


@dataclass(frozen=True)
class _Kind:
    """A way to read the second head: the deviation of the noise, and the log-variance of the KL."""

    name: str
    mistake: str
    deviation: Callable[[Tensor], Tensor]
    log_variance: Callable[[Tensor], Tensor]


def _same(head: Tensor) -> Tensor:
    return head


def _consistent(name: str) -> _Kind:
    log_variance = SPREADS[name]
    shown = LOG_VARIANCE if name == "log_variance" else name.replace("_", " ")
    return _Kind(shown, "", lambda head: torch.exp(0.5 * log_variance(head)), log_variance)


#: A head that is no log-variance is none by mistake if the KL reads it in the same way.
_KINDS = (
    *map(_consistent, SPREADS),
    _Kind("exp(log σ²)", "logarithm of the deviation", torch.exp, _same),
    _Kind("log σ²", "deviation itself", _same, _same),
)


def best_reading(model: StackVAE, pixels: Tensor, weight: float) -> Reading:
    """Return the reading that a VAE's weights fit best.

    Args:
        model: The network.
        pixels: Digits, (N, 784).
        weight: The weight of the KL term that the program is said to have.
    """
    pixels = pixels[:_DIGITS]
    with torch.no_grad():
        hidden = model.encoder(pixels)
        mu, head = model.mu(hidden), model.spread(hidden)
    found = [(kind, _at_rest(model, pixels, mu, head, kind)) for kind in _KINDS]
    usual = found[0][1]
    least = min(rest.entropy for _, rest in found)
    possible = [(kind, rest) for kind, rest in found if rest.entropy <= _WORSE * least]
    settled = [(kind, rest) for kind, rest in possible if rest.left <= _SETTLED]
    # Of readings that leave as little, the one at the expected weight. Where none has settled, a
    # head without noise explains it: its KL no longer holds anything.
    kind, rest = min(
        settled or [pair for pair in possible if pair[0].mistake] or possible,
        key=lambda pair: pair[1].left * (1 if pair[1].is_near(weight) else 2),
    )
    if kind.mistake and rest.entropy > usual.entropy / _WORSE and not rest.is_near(weight):
        kind, rest = _KINDS[0], usual
    return Reading(
        name=kind.name,
        mistake=kind.mistake,
        weight=rest.weight,
        entropy=rest.entropy,
        usual_entropy=usual.entropy,
        usual_kl=usual.kl,
    )


@dataclass(frozen=True)
class _Rest:
    """What is left of the gradient under a reading, and at which weight of the KL term."""

    weight: float
    left: float
    entropy: float
    kl: float

    def is_near(self, weight: float) -> bool:
        return weight / _NEAR <= self.weight <= weight * _NEAR


def _at_rest(model: StackVAE, pixels: Tensor, mu: Tensor, head: Tensor, kind: _Kind) -> _Rest:
    changes = torch.zeros(3, mu.shape[1], requires_grad=True)
    means = mu * (1 + changes[0])
    second = head * (1 + changes[1]) + changes[2]
    noise = torch.randn(mu.shape, generator=torch.Generator().manual_seed(0))
    logits = model.decoder(means + kind.deviation(second) * noise)
    entropy = functional.binary_cross_entropy_with_logits(logits, pixels)
    kl = gaussian_kl(means, kind.log_variance(second)).sum(1).mean()
    (of_entropy,) = torch.autograd.grad(entropy, changes, retain_graph=True)
    (of_kl,) = torch.autograd.grad(kl, changes)
    weight = -float((of_entropy * of_kl).sum() / of_kl.square().sum().clamp_min(1e-30))
    left = (of_entropy + weight * of_kl).norm() / of_entropy.norm().clamp_min(1e-30)
    return _Rest(
        weight, float(left.nan_to_num(torch.inf)), float(entropy.detach()), float(kl.detach())
    )
