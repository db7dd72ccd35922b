"""The indefinite article before a digit: a 7, an 8."""

from __future__ import annotations


def a_digit(label: int) -> str:
    """Return a digit from 0 to 9 with its article, such as "an 8"."""
    return f"{'an' if label == 8 else 'a'} {label}"
