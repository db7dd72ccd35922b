"""A hint for losses that are summed where the exercise takes the mean."""

from __future__ import annotations

from core.reference.curves import short
from core.reference.evidence import Evidence
from core.reference.scale_hints import not_scaled
from core.reference.sums import MEAN, factors, summed_by_the_band

#: A right loss is never so many times what the pictures show.
_SUSPICIOUS = 8.0
#: Ten digits tell the error of all to this factor.
_TEN_DIGITS = 1.5


def summed(evidence: Evidence) -> str | None:
    """Recognise a loss that is summed over pixels, digits or batches instead of averaged."""
    if not_scaled(evidence):
        return None
    return summed_by_the_band(evidence) or _against_the_pictures(evidence)


def _against_the_pictures(evidence: Evidence) -> str | None:
    """Compare the loss with that of the ten rebuilt digits, which nobody has summed."""
    error = evidence.rebuilt_error
    curve = evidence.curves.get(evidence.picture_key)
    if curve is None and evidence.task.model != "sparse":
        curve = evidence.picture_curve
    if curve is None or not error or curve.last < _SUSPICIOUS * error:
        return None
    for part in curve.parts:
        last = float(curve.points(part)[1][-1])
        for factor, words in factors(evidence, part, usual=False):
            if 1 / _TEN_DIGITS <= last / error / factor <= _TEN_DIGITS:
                return (
                    f"{curve.name} is {short(last)}, and the ten rebuilt digits have "
                    f"{short(error)} per pixel, about {factor:,.0f} times less: it is {words}. "
                    f"{MEAN}"
                )
    return None
