"""A hint for pixels that are not scaled to [0, 1]."""

from __future__ import annotations

from core.reference.curves import lies_in, short
from core.reference.evidence import Evidence
from core.reference.scaling import BYTES, SCALES
from core.reference.sums import summed_by_the_band

#: A loss on bytes lies at the least that is possible where it is at most so many times as large.
_AT_THE_FLOOR = 1.15
#: Ten digits are rebuilt with an error that is never so many times that of all.
_OTHERS = 2.0
SCALED = "Divide the pixels by 255: torchvision's ToTensor does it."


def not_scaled(evidence: Evidence) -> str | None:
    """Recognise pixels that are not scaled to [0, 1], as inputs, as targets or as both."""
    return (
        _outputs_of_bytes(evidence)
        or _negative_entropy(evidence)
        or _loss_of_another_scale(evidence)
        or _inputs_of_another_scale(evidence)
    )


def _outputs_of_bytes(evidence: Evidence) -> str | None:
    if evidence.outputs is None or not evidence.squares or evidence.outputs[1] < BYTES.factor / 4:
        return None
    return (
        f"The outputs reach {short(evidence.outputs[1])}, so the pixels that the program learns "
        f"from are not scaled to 0 to 1. {SCALED}"
    )


def _negative_entropy(evidence: Evidence) -> str | None:
    curve = evidence.picture_curve
    if evidence.squares or curve is None or not _is_of_pictures(evidence):
        return None
    lowest = min(float(curve.points(part)[1].min()) for part in curve.parts)
    if lowest >= 0:
        return None
    return (
        f"{curve.name} falls to {short(lowest)}, and a cross-entropy of pixels from 0 to 1 is "
        f"never negative: the targets are larger than 1. {SCALED}"
    )


def _is_of_pictures(evidence: Evidence) -> bool:
    """Return whether a negative loss of a VAE comes from its pictures, not from its KL term."""
    if evidence.picture_key in evidence.curves:
        return True
    kl, loss = evidence.curves.get("kl_to_prior"), evidence.curves.get("loss")
    # Without a KL nobody can tell; the hint on its sign says so.
    return (
        kl is not None
        and loss is not None
        and kl.last >= 0
        and loss.last + evidence.kl_weight * kl.last < 0
    )


def _loss_of_another_scale(evidence: Evidence) -> str | None:
    curve = evidence.picture_curve
    # A sum may be as large, but falls as the reference does.
    if not evidence.squares or curve is None or summed_by_the_band(evidence):
        return None
    for part in curve.parts:
        steps, values = curve.points(part)
        band, loss = evidence.band(evidence.picture_key, part), float(values[-1])
        error = float(band.at(steps[-1:]).widened[1][0])
        for scale in SCALES:
            least = evidence.floors[scale]
            above = (_AT_THE_FLOOR - 1) * least if scale is BYTES else scale.factor**2 * error
            most = least + above
            if 0.98 * least <= loss <= most:
                return (
                    f"{curve.name} stays at {short(loss)}. That is what outputs from 0 to 1 reach "
                    f"at best against pixels {scale.words} ({short(least)}). {SCALED}"
                )
        if lies_in(curve, band, part, BYTES.factor**2):
            return (
                f"{curve.name} divided by 255² = {BYTES.factor**2:,.0f} lies in the band: the "
                f"pixels go from 0 to 255. {SCALED}"
            )
    return None


def _inputs_of_another_scale(evidence: Evidence) -> str | None:
    """Compare the loss with the ten digits, which the recorder hands over with pixels in [0, 1]."""
    curve, error = evidence.picture_curve, evidence.rebuilt_error
    if curve is None or error is None or not 0 < curve.last < error / _OTHERS:
        return None
    return (
        f"{curve.name} is {short(curve.last)}, but the ten digits, which encode gets with pixels "
        f"from 0 to 1, are rebuilt with {short(error)}: the network is trained on pixels of "
        f"another scale, or encode and decode are of another network. {SCALED}"
    )
