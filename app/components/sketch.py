"""Empty axes over which a visitor draws a curve, with a pointer or by typing its points."""

from __future__ import annotations

import math
from collections.abc import Sequence

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_sketch",
    "sketch/sketch.js",
    html="sketch/sketch.html",
    css=("sketch/sketch.css",),
)


def sketch(
    x: Sequence[float],
    *,
    key: str,
    description: str,
    x_title: str,
    high: float,
    even: bool = False,
    start: tuple[float, float] | None = None,
    levels: Sequence[tuple[str, float]] = (),
    points: Sequence[float | None] | None = None,
) -> list[float | None]:
    """Draw the axes; a rerun comes when a stroke ends or a number has been typed.

    Args:
        x: Where the curve has points, ascending.
        key: Streamlit key.
        description: What is drawn, with its unit, for readers who cannot see it.
        x_title: Title of the x axis, with its unit.
        high: The top of the y axis, which begins at 0.
        even: Whether the points stand at equal distances.
        start: A point that is given, at the left.
        levels: Lines across the axes, with their words.
        points: The heights at first; none by default.

    Returns:
        The height of each point, None where none is drawn yet.
    """
    first = list(points) if points is not None else None
    data = {
        "x": [_short(each) for each in x],
        "high": high,
        "even": even,
        "start": list(start) if start is not None else None,
        "levels": [{"words": words, "value": value} for words, value in levels],
        "points": first,
        "ticks": ticks(high),
        "xTitle": x_title,
        "xName": x_title.partition(" (")[0],
        "description": description,
    }
    sent = _mount(key=key, data=data, on_points_change=lambda: None).get("points")
    if are_points(sent, len(x), high):
        return sent  # pyright: ignore[reportReturnType]
    return first or [None] * len(x)


def are_points(value: object, count: int, high: float) -> bool:
    """Return whether a value is the points of a drawing: any client can send any JSON."""
    return (
        isinstance(value, list)
        and len(value) == count
        and all(
            each is None or (type(each) in (int, float) and 0 <= each <= high) for each in value
        )
    )


def ticks(high: float) -> list[float]:
    """Return about five round numbers from 0 to the top of an axis."""
    power = 10.0 ** math.floor(math.log10(high / 5))
    step = next(
        power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= high / 5 - 1e-12
    )
    return [_short(round(n * step, 10)) for n in range(int(high / step + 1e-9) + 1)]


def _short(value: float) -> float:
    return int(value) if float(value).is_integer() else value
