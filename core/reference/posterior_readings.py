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
from models.stack_vae import SPREADS, StackVAE
from torch import Tensor
from torch.nn import functional

from models.vae import gaussian_kl

#: What the noise is multiplied by where the second head is a log-variance.
LOG_VARIANCE = "exp(½ log σ²)"
#: A reading is clear where it leaves less than this share of the gradient, and of another's rest.
_CLEAR, _CLEARER = 0.5, 0.6
_DIGITS = 5_000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How codes are drawn from the two heads of a VAE, as its weights fit best.

    `name` is what the noise is multiplied by; `mistake` what the log-variance is taken for, empty
    where all is consistent. `weight` is the weight of the KL term that the weights are at rest
    with, beside a cross-entropy per pixel; `rest` the share of the gradient that it leaves. `kl` is
    in nats per image; `entropy` and `usual_entropy`, per pixel, are those under this reading and
    where the second head is a log-variance.
    """

    name: str
    mistake: str
    weight: float
    rest: float
    kl: float
    entropy: float
    usual_entropy: float
    is_clear: bool


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


def best_reading(model: StackVAE, pixels: Tensor) -> Reading:
    """Return the reading that a VAE's weights fit best; `pixels` are digits, (N, 784)."""
    pixels = pixels[:_DIGITS]
    with torch.no_grad():
        hidden = model.encoder(pixels)
        mu, head = model.mu(hidden), model.spread(hidden)
    found = [_at_rest(model, pixels, mu, head, kind) for kind in _KINDS]
    order = sorted(range(len(found)), key=lambda at: found[at][1])
    best = order[0]
    weight, rest, entropy, kl = found[best]
    others = [found[at][1] for at in order if _KINDS[at].mistake != _KINDS[best].mistake]
    return Reading(
        name=_KINDS[best].name,
        mistake=_KINDS[best].mistake,
        weight=weight,
        rest=rest,
        kl=kl,
        entropy=entropy,
        usual_entropy=found[0][2],
        is_clear=rest < _CLEAR and rest < _CLEARER * others[0],
    )


def _at_rest(
    model: StackVAE, pixels: Tensor, mu: Tensor, head: Tensor, kind: _Kind
) -> tuple[float, float, float, float]:
    """Return the KL's weight, the share of the gradient that is left, cross-entropy and KL."""
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
    rest = (of_entropy + weight * of_kl).norm() / of_entropy.norm().clamp_min(1e-30)
    return weight, float(rest.nan_to_num(torch.inf)), float(entropy.detach()), float(kl.detach())
