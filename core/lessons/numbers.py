"""Texts with places for measured numbers, such as `{error}` or `{share:percent}`.

A place names a number and how it is written. It is no Python: nothing but a name and one of these
words can stand there.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

PLACE = re.compile(r"\{(?P<name>[a-z][a-z0-9_]*(?:\.[1-9][0-9]?)?)(?::(?P<how>[a-z0-9]+))?\}")
_FORMULA = re.compile(r"(\$[^$\n]+\$)")
_MINUS = "−"
#: At most so many decimals: what needs more is 0 for a reader.
_DECIMALS = 5


def significant(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits, and at most five decimals."""
    if not math.isfinite(value):
        return "not a number"
    if value == 0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, max(0, min(decimals, _DECIMALS)))
    if rounded == 0:
        return "0"
    # Rounding may have led to the next power of ten.
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    text = f"{abs(rounded):,.{max(0, min(decimals, _DECIMALS))}f}"
    return f"{_MINUS}{text}" if rounded < 0 else text


def _whole(value: float) -> str:
    return f"{round(value):,}".replace("-", _MINUS) if math.isfinite(value) else "not a number"


def _signed(value: float) -> str:
    text = significant(value, 2)
    return f"+{text}" if value > 0 and text != "0" else text


#: How a number can be written, by the word after the colon.
FORMATS: dict[str, Callable[[float], str]] = {
    "percent": lambda value: f"{_whole(100 * value)} %",
    "whole": _whole,
    "signed": _signed,
    "1": lambda value: significant(value, 1),
    "2": lambda value: significant(value, 2),
    "3": significant,
    "4": lambda value: significant(value, 4),
}


def places(text: str) -> Iterator[tuple[str, str]]:
    """Return the name and the format of each place in a text; without a format it is empty.

    Braces in formulas, between dollar signs, are LaTeX's.
    """
    for found in PLACE.finditer(_FORMULA.sub("", text)):
        yield found["name"], found["how"] or ""


def stray_braces(text: str) -> bool:
    """Return whether a text has braces that are no place, outside formulas."""
    left = PLACE.sub("", _FORMULA.sub("", text))
    return "{" in left or "}" in left


def fill(text: str, number: Callable[[str], float | None]) -> str:
    """Return a text with its numbers; one that there is not becomes a dash.

    Args:
        text: A text whose places have been checked.
        number: Gives a number by its name.
    """

    def written(found: re.Match[str]) -> str:
        value = number(found["name"])
        return "–" if value is None else FORMATS[found["how"] or "3"](value)

    # Every second part is a formula.
    parts = _FORMULA.split(text)
    return "".join(part if n % 2 else PLACE.sub(written, part) for n, part in enumerate(parts))
