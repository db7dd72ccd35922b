"""Numbers as texts on pages."""

from __future__ import annotations

import math
from typing import Any

#: Beyond this nothing is drawn; whole numbers in a file may have any length.
_LARGEST = 1e30


def with_minus(text: str) -> str:
    """Return numbers in a text with the minus sign, which is as wide as a digit, for the hyphen."""
    return text.replace("-", "−")


def three_digits(value: float | None) -> str:
    """Return a number with three digits that count; one that is not finite is "not a number"."""
    if value is None or not math.isfinite(value):
        return "not a number"
    return with_minus(f"{value:.3g}")


def drawable(value: Any) -> float | None:
    """Return a number from a file; None for what is none, or none that can be drawn."""
    usable = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if usable and abs(value) < _LARGEST else None
