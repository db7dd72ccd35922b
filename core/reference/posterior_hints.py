"""Hints for mistakes with the posterior of a VAE and its KL term, from the curves."""

from __future__ import annotations

from core.reference.curves import Position, position_of, short
from core.reference.evidence import Evidence

#: A KL below this share of the band is too small for pictures as good as the band's.
_TOO_SMALL = 0.6
#: A KL that is averaged over dimensions counts too little, and grows to this many bands at most.
_GROWN = 4.0
KL_FORMULA = "KL = −½ Σ (1 + log σ² − μ² − σ²)"
DRAW = "Draw z = μ + ε · exp(½ log σ²)."
SUM = "Sum the KL over the dimensions, and take the mean over the digits."


def wrong_sign(evidence: Evidence) -> str | None:
    """Recognise a KL term that counts with the wrong sign."""
    kl, loss = evidence.curves.get("kl_to_prior"), evidence.curves.get("loss")
    if evidence.task.model != "vae":
        return None
    if kl is not None and kl.last < 0:
        return (
            f"{kl.name} is {short(kl.last)}, and a KL divergence is never negative: it has the "
            f"wrong sign. It is {KL_FORMULA}, and the loss adds it."
        )
    if loss is None or not loss.last < 0:
        return None
    if kl is not None:
        # What the loss would be without the KL term, had that been subtracted.
        if loss.last + evidence.kl_weight * kl.last < 0:
            return None
        return (
            f"{loss.name} falls to {short(loss.last)} while {kl.name} grows to {short(kl.last)}: "
            "the KL term is subtracted. The loss adds it."
        )
    if evidence.picture_key in evidence.curves:
        return (
            f"{loss.name} falls to {short(loss.last)}, below the cross-entropy of the pictures: "
            f"the KL term is subtracted. It is {KL_FORMULA}, and the loss adds it."
        )
    return (
        f"{loss.name} falls to {short(loss.last)}, and neither the cross-entropy of pixels from 0 "
        "to 1 nor a KL divergence is ever negative: the KL term has the wrong sign, or the pixels "
        f"are not scaled to 0 to 1. It is {KL_FORMULA}, and the loss adds it."
    )


def mean_over_dimensions(evidence: Evidence) -> str | None:
    """Recognise a KL that is averaged over the dimensions of the code, where they are summed."""
    pair, dimensions = _too_good(evidence), evidence.latent_dim
    if pair is None:
        return None
    kl, entropy = pair
    if not 0.9 * kl.low <= dimensions * kl.value <= _GROWN * kl.high:
        return None
    return (
        f"{_too_good_words(evidence, kl, entropy)} Times {dimensions:,} dimensions it is "
        f"{short(dimensions * kl.value)} nats: it is a mean over the dimensions of the code (or "
        f"the log-variance is taken for the deviation). {SUM}"
    )


def log_variance_as_deviation(evidence: Evidence) -> str | None:
    """Recognise a log-variance that scales the noise as it is, or without its half."""
    pair = _too_good(evidence)
    if pair is None or mean_over_dimensions(evidence):
        return None
    return (
        f"{_too_good_words(evidence, *pair)} The decoded codes have less noise than the KL counts: "
        "the log-variance is taken for the deviation (or the KL is not summed over all "
        f"dimensions). {DRAW}"
    )


def _too_good_words(evidence: Evidence, kl: Position, entropy: Position) -> str:
    return (
        f"{evidence.curves['kl_to_prior'].name} is {short(kl.value)}, in the reference "
        f"{short(kl.low)} to {short(kl.high)} nats, and the pictures still cost only "
        f"{short(entropy.value)}: a code with so little information cannot tell that much."
    )


def _too_good(evidence: Evidence) -> tuple[Position, Position] | None:
    """Return KL and cross-entropy where both are lower than any VAE of the task can have them."""
    # The weights tell more than the curves.
    if evidence.task.model != "vae" or evidence.reading is not None:
        return None
    kl, loss = evidence.curves.get("kl_to_prior"), evidence.curves.get("loss")
    entropy = evidence.curves.get("cross_entropy")
    found: dict[str, Position] = {}
    for key, curve in (("kl_to_prior", kl), ("cross_entropy", entropy), ("loss", loss)):
        position = None if curve is None else position_of(key, curve, evidence.bands)
        if position is not None:
            found[key] = position
    pictures = found.get("cross_entropy") or found.get("loss")
    if "kl_to_prior" not in found or pictures is None:
        return None
    of_kl = found["kl_to_prior"]
    if pictures.where == "above" or pictures.value < 0:
        return None
    return (of_kl, pictures) if 0 <= of_kl.value < _TOO_SMALL * of_kl.low else None
