"""A named curve of a chart, and where its name stands."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from app.ui.charts import HEIGHT, literal
from app.ui.run_styles import LineStyle

#: A name is wrapped after so many characters.
_WRAP = 16
#: Pixels of a character; the room at the right is that of the longest line of a name.
_CHARACTER = 7.0
#: Pixels of a line's height, so that names do not overlap.
_LINE = 15
#: A point in this lowest share of the y axis is at the x axis.
_AT_AXIS = 0.1
#: What lies between the plot and the ends of a figure at the top and the bottom, in pixels.
_ABOVE_AND_BELOW = 90


@dataclass(frozen=True, kw_only=True)
class Curve:
    """A named line of a chart; `y` may have gaps (NaN). A single point is drawn as a dot."""

    name: str
    x: ArrayLike
    y: ArrayLike
    style: LineStyle


def name_at(curve: Curve, place: int, low: float, high: float) -> dict[str, Any]:
    """Return a curve's name below its point at this place, or beside one at the axis."""
    value = np.asarray(curve.y)[place]
    # Below a point at the axis its numbers stand.
    at_axis = value < low + _AT_AXIS * (high - low)
    return {
        "x": np.asarray(curve.x)[place],
        "y": value,
        "text": literal(curve.name),
        "xanchor": "left",
        "xshift": 10 if at_axis else 6,
        "yanchor": "bottom" if at_axis else "middle",
        "yshift": 0 if at_axis else -12,
        "showarrow": False,
        "font": {"color": curve.style.color, "size": 12},
    }


def names_at_ends(
    curves: Sequence[Curve], low: float, high: float, *, log: bool, x_log: bool
) -> tuple[list[dict[str, Any]], int]:
    """Return each name right of its curve's last point, none on another, and the room for them.

    The room is in pixels, 0 without names.
    """
    shown = [curve for curve in curves if np.isfinite(np.asarray(curve.y, np.float64)).any()]
    if not shown:
        return [], 0
    wrapped = [textwrap.wrap(curve.name, _WRAP) or [" "] for curve in shown]
    ends = [_last(curve) for curve in shown]
    scale = math.log10 if log else float
    span = scale(high) - scale(low)
    pixels = HEIGHT - _ABOVE_AND_BELOW
    wanted = [pixels * (scale(max(y, low)) - scale(low)) / span if span else 0.0 for _, y in ends]
    places = apart(wanted, [len(lines) * _LINE for lines in wrapped])
    names = [
        {
            "x": math.log10(x) if x_log else x,
            "y": scale(max(y, low)) if log else y,
            "text": "<br>".join(map(literal, lines)),
            "xanchor": "left",
            "xshift": 6,
            "yshift": place - middle,
            "align": "left",
            "showarrow": False,
            "font": {"color": curve.style.color, "size": 12},
        }
        for curve, lines, (x, y), middle, place in zip(
            shown, wrapped, ends, wanted, places, strict=True
        )
    ]
    longest = max(len(line) for lines in wrapped for line in lines)
    return names, round(longest * _CHARACTER) + 12


def apart(places: Sequence[float], heights: Sequence[float]) -> NDArray[np.float64]:
    """Return places near the wanted ones (N,) at which words of these heights do not overlap."""
    found = np.asarray(places, np.float64).copy()
    order = np.argsort(found, kind="stable")
    for _ in range(50):
        moved = False
        for lower, upper in itertools.pairwise(order):
            gap = (heights[lower] + heights[upper]) / 2 - (found[upper] - found[lower])
            if gap > 0.01:
                found[lower] -= gap / 2
                found[upper] += gap / 2
                moved = True
        if not moved:
            break
    return found


def _last(curve: Curve) -> tuple[float, float]:
    x, y = np.asarray(curve.x, np.float64), np.asarray(curve.y, np.float64)
    last = int(np.flatnonzero(np.isfinite(y))[-1])
    return float(x[last]), float(y[last])
