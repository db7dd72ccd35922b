"""Hints for mistakes with pictures: the end of the decoder, and the noise."""

from __future__ import annotations

from core.reference.curves import short
from core.reference.evidence import Evidence
from core.reference.scale_hints import not_scaled

#: Beyond 0 and 1 by more than rounding.
_OUTSIDE = 0.02
SIGMOID = "End the decoder with nn.Sigmoid(), which keeps pixels between 0 and 1."


def no_sigmoid(evidence: Evidence) -> str | None:
    """Recognise a decoder whose outputs are not kept between 0 and 1."""
    if not_scaled(evidence):
        return None
    if evidence.outputs is None:
        return None
    low, high = evidence.outputs
    if low >= -_OUTSIDE and high <= 1 + _OUTSIDE:
        return None
    curve = evidence.curves.get(evidence.picture_key) or evidence.curves.get(evidence.task.main)
    if not evidence.squares and curve is not None and curve.last >= 0:
        position = evidence.band(evidence.task.main).at(curve.steps[-1:])
        # A loss on logits has its sigmoid inside: the program is right, its decode alone lacks it.
        if curve.last <= 2 * position.high[-1]:
            return None
    return (
        f"The outputs go from {short(low)} to {short(high)}, and pixels from 0 to 1: there is no "
        f"sigmoid at the end, or decode returns what comes before it. {SIGMOID}"
    )


def noisy_target(evidence: Evidence) -> str | None:
    """Recognise a denoising program that compares its output with the noisy digit."""
    if evidence.task.model != "denoising":
        return None
    veil = None if evidence.rebuilt is None else evidence.grey_veil(evidence.rebuilt)
    return veil or _loss_of_noise(evidence)


def _loss_of_noise(evidence: Evidence) -> str | None:
    """Look for the noise's variance in the loss: nobody can foretell it."""
    curve, error = evidence.picture_curve, evidence.rebuilt_error
    if curve is None or error is None:
        return None
    variance = evidence.noise**2
    for part in curve.parts:
        steps, values = curve.points(part)
        band = evidence.band(evidence.picture_key, part).at(steps[-1:])
        loss = float(values[-1])
        is_above = loss > band.widened[1][-1]
        # The loss knows more error than the pictures have: what nobody can foretell.
        is_noise = error < loss - variance / 2
        if is_above and is_noise and 0.9 * variance <= loss <= variance + 2 * band.high[-1]:
            return (
                f"{curve.name} ends at {short(loss)}, and the variance of the noise is "
                f"{short(variance)}; the rebuilt digits differ from the clean ones by "
                f"{short(error)} alone. The target is noisy, too: compare the output with the "
                "clean digit, loss(model(noisy), clean)."
            )
    return None
