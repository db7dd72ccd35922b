"""Whether what a step claims holds for a run."""

from __future__ import annotations

from collections.abc import Sequence

from core.lessons.lesson import Condition
from core.lessons.measures import Measured


def holds(condition: Condition, measured: Measured) -> bool:
    """Return whether a condition holds; not where a number is missing or is no number."""
    value = measured.number(condition.value)
    bound = condition.bound
    if isinstance(bound, str):
        bound = measured.number(bound)
    if value is None or bound is None:
        return False
    if isinstance(bound, tuple):
        return value in bound
    match condition.relation:
        case "above":
            return value > bound
        case "below":
            return value < bound
        case "from":
            return value >= bound
        case _:
            return value <= bound


def first_broken(conditions: Sequence[Condition], measured: Measured) -> Condition | None:
    """Return the first condition that does not hold; None where all do."""
    return next((each for each in conditions if not holds(each, measured)), None)
