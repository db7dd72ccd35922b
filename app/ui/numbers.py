"""Numbers as texts on pages."""

from __future__ import annotations

import math


def with_minus(text: str) -> str:
    """Return numbers in a text with the minus sign, which is as wide as a digit, for the hyphen."""
    return text.replace("-", "−")


def three_digits(value: float | None) -> str:
    """Return a number with three digits that count; one that is not finite is "not a number"."""
    if value is None or not math.isfinite(value):
        return "not a number"
    return with_minus(f"{value:.3g}")
