"""Say which values the activations of code units can have."""

from __future__ import annotations

import math
from collections.abc import Iterable

from app.ui.numbers import with_minus
from models import Model


def range_of(models: Iterable[Model]) -> tuple[float, float]:
    """Return the range within which the codes of all models lie; infinite without a bound."""
    lowest, highest = zip(*(model.code_range for model in models), strict=True)
    return min(lowest), max(highest)


def activation_title(limits: tuple[float, float], what: str = "Activation") -> str:
    """Return the title of an axis of numbers within these limits: "Activation (0 to 1)"."""
    low, high = (with_minus(f"{limit:g}") for limit in limits)
    if math.isinf(limits[0]):
        return what
    return f"{what} ({low} or more)" if math.isinf(limits[1]) else f"{what} ({low} to {high})"
