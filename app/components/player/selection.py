"""The choices of a visitor in a replay, checked, since any client can send anything."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What is chosen; rows count from 0 and are those of the recording.

    `point` is the digit that is followed, `lasso` the selected ones, ascending; `iteration` is the
    recorded one that was shown when the visitor last stopped or chose, None before that.
    """

    point: int | None = None
    lasso: tuple[int, ...] = ()
    iteration: int | None = None


NOTHING = Selection()


def selection_from(
    answer: object, *, signature: str, count: int, iterations: frozenset[int]
) -> Selection:
    """Return what the browser sent; `NOTHING` unless all is valid and about what is shown now.

    Any client can send any JSON.

    Args:
        answer: The component's state.
        signature: What is shown.
        count: How many digits there are.
        iterations: Which iterations can be shown.
    """
    if not isinstance(answer, dict) or answer.get("signature") != signature:
        return NOTHING
    point, lasso, iteration = (answer.get(name) for name in ("point", "lasso", "iteration"))
    if point is not None and not _is_row(point, count):
        return NOTHING
    if not isinstance(lasso, list) or len(lasso) > count:
        return NOTHING
    if not all(_is_row(row, count) for row in lasso):
        return NOTHING
    # A list or a float is no member, and a list cannot even be asked for.
    if iteration is not None and not (type(iteration) is int and iteration in iterations):
        return NOTHING
    return Selection(point=point, lasso=tuple(sorted(set(lasso))), iteration=iteration)


def _is_row(value: object, count: int) -> bool:
    return type(value) is int and 0 <= value < count  # a bool is no row
