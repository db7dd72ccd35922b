"""Reading values of an address: anybody can write any address."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

Option = TypeVar("Option")

#: Characters of a bad value that a sentence quotes.
_QUOTED = 40
#: Python's `int` also knows other digits than these, spaces and underscores.
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?(e-?[0-9]{1,2})?")


def quoted(text: str) -> str:
    """Return a value of an address as a sentence quotes it."""
    return f"{text[:_QUOTED]}…" if len(text) > _QUOTED else text


def whole(name: str, low: int, high: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        if not _WHOLE.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(
                f"{name} (={quoted(text)}) in the address must be a whole number from {low:,} to "
                f"{high:,}; it is left out."
            )
        return int(text)

    return read


def number(name: str, low: float, high: float) -> Callable[[str], float]:
    """Return a reader of numbers from `low` to `high`."""

    def read(text: str) -> float:
        value = float(text) if _NUMBER.fullmatch(text) else math.nan
        if not low <= value <= high:
            raise ValueError(
                f"{name} (={quoted(text)}) in the address must be a number from {low:g} to "
                f"{high:g}; it is left out."
            )
        return value

    return read


def one_of(name: str, options: Iterable[Option]) -> Callable[[str], Option]:
    """Return a reader of the options, which stand in addresses as `str` writes them."""
    known = {str(option): option for option in options}

    def read(text: str) -> Option:
        if text not in known:
            raise ValueError(
                f"{name} (={quoted(text)}) in the address is no choice of this page; it is left "
                "out."
            )
        return known[text]

    return read


def numbers_in(text: str, most: int) -> list[float]:
    """Return the numbers of a text like `3_1.25_7_-0.5`, at most so many.

    Raises:
        ValueError: it is no such text.
    """
    parts = text.split("_")
    if len(parts) > most or not all(map(_NUMBER.fullmatch, parts)):
        raise ValueError(f"{quoted(text)} is no list of at most {most} numbers.")
    return [float(part) for part in parts]
