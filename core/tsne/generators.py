"""Run generators that tell how far they are to their end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

Result = TypeVar("Result")


def finish(
    work: Generator[object, None, Result], turn: AbstractContextManager[Any] | None = None
) -> Result:
    """Return what a generator returns; hold `turn`, if there is one, for each of its steps alone.

    A turn is entered again for each step.
    """
    turn = nullcontext() if turn is None else turn
    while True:
        try:
            with turn:
                next(work)
        except StopIteration as end:
            return end.value
