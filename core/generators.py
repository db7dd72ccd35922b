"""Run generators that tell how far they are to their end."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

Step = TypeVar("Step")
Result = TypeVar("Result")


def finish(
    work: Generator[Step, None, Result],
    turn: AbstractContextManager[Any] | None = None,
    report: Callable[[Step], object] | None = None,
) -> Result:
    """Return what a generator returns; hold `turn`, if there is one, for each of its steps alone.

    A turn is entered again for each step. `report` is called with what each step yields.
    """
    turn = nullcontext() if turn is None else turn
    while True:
        try:
            with turn:
                step = next(work)
        except StopIteration as end:
            return end.value
        if report is not None:
            report(step)
