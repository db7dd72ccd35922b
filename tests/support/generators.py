"""Run generators to their end."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

Result = TypeVar("Result")


def returned(generator: Generator[Any, None, Result]) -> tuple[list[Any], Result]:
    """Return what a generator yields, and what it returns."""
    yielded: list[Any] = []
    while True:
        try:
            yielded.append(next(generator))
        except StopIteration as end:
            return yielded, end.value
