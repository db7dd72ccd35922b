"""Runs as named points in the plane of rate (KL of the codes) and distortion (cross-entropy)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from app.theme import model_color
from app.ui.charts import lay_out, log_axis

#: Nats per image that count as next to nothing on a logarithmic axis.
MIN_KL = 0.1
#: The width of a character of a name, as a share of the width of a chart on a phone.
_CHARACTER = 0.02
#: The height of a line of a name, as a share of the height of a chart on a phone.
_LINE = 0.07
#: Half of a point's width and height, as shares of those of a chart on a phone.
_DOT = np.array([0.025, 0.03])
#: Beside a curve that falls there is room above it on the right and below it on the left.
_SIDES = {
    "top right": np.array([1, 1]),
    "bottom left": np.array([-1, -1]),
    "bottom right": np.array([1, -1]),
    "top left": np.array([-1, 1]),
}


@dataclass(frozen=True, kw_only=True)
class RunPoint:
    """A run in the plane of what its codes cost and how well it rebuilds.

    `kl` is in nats per image, `cross_entropy` in nats per pixel; `chosen` is the run looked at.
    """

    name: str
    kl: float
    cross_entropy: float
    chosen: bool


def rate_distortion(points: Sequence[RunPoint]) -> go.Figure:
    """Return runs as points, with their names where there is room; all names appear on hover.

    A run with a KL below MIN_KL is drawn at MIN_KL, so that the axis does not become too long.
    """
    kl = [max(point.kl, MIN_KL) for point in points]
    errors = [point.cross_entropy for point in points]
    wide = bool(points) and max(kl) > 10 * min(kl)
    places = np.log10(kl) if wide else np.asarray(kl)
    # A linear axis shows zero, a logarithmic one has none.
    x_range = _around(places if wide else [0, *kl])
    y_range = _around([0, *errors])
    x_range[0] = x_range[0] if wide else 0
    y_range[0] = 0
    across = (places - x_range[0]) / (x_range[1] - x_range[0])
    up = (np.asarray(errors) - y_range[0]) / (y_range[1] - y_range[0])
    names = [point.name for point in points]
    beside = sides(across, up, names, first=[point.chosen for point in points])
    figure = go.Figure(
        go.Scatter(
            x=kl,
            y=errors,
            text=[name if side else "" for name, side in zip(names, beside, strict=True)],
            textposition=[side or "top right" for side in beside],
            customdata=[(point.name, point.kl) for point in points],
            mode="markers+text",
            cliponaxis=False,
            marker={
                "size": 13,
                "color": model_color("vae"),
                "symbol": ["circle" if point.chosen else "circle-open" for point in points],
                "line": {"width": 2},
            },
            hovertemplate="<b>%{customdata[0]}</b>: KL %{customdata[1]:.3g} nats per image,"
            " cross-entropy %{y:.4f} nats per pixel<extra></extra>",
        )
    )
    x, y = "KL to the prior (nats per image)", "Cross-entropy (nats per pixel)"
    lay_out(figure, x=x, y=y)
    if wide:
        low, high = 10**x_range
        # On a phone there is no room for more than these.
        figure.update_xaxes(**log_axis(low, high, digits=(1,) if high > 1e3 * low else (1, 3)))
    else:
        figure.update_xaxes(range=x_range)
    return figure.update_yaxes(range=y_range)


def sides(
    across: ArrayLike, up: ArrayLike, names: Sequence[str], *, first: Sequence[bool]
) -> list[str | None]:
    """Return on which side of each point (N,) of a chart its name stands, in Plotly's words.

    On that side the name lies within the chart and overlaps no other name and no point; None
    where there is no such side.

    `across` and `up` are places in the chart, 0 to 1; those that are `first` choose first.
    """
    points = np.stack([np.asarray(across, np.float64), np.asarray(up, np.float64)], axis=1)
    taken: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []
    found: list[str | None] = [None] * len(names)
    for index in sorted(range(len(names)), key=lambda index: not first[index]):
        size = np.array([_CHARACTER * len(names[index]), _LINE])
        others = np.delete(points, index, axis=0)
        for side, away in _SIDES.items():
            low = points[index] + away * _DOT + np.minimum(away, 0) * size
            high = low + size
            inside = low[0] >= 0 and low[1] >= 0 and high[0] <= 1 and high[1] <= 1
            hidden = ((others > low - _DOT / 2) & (others < high + _DOT / 2)).all(axis=1).any()
            crossed = any((low < top).all() and (bottom < high).all() for bottom, top in taken)
            if inside and not hidden and not crossed:
                found[index] = side
                taken.append((low, high))
                break
    return found


def _around(values: ArrayLike) -> NDArray[np.float64]:
    """Return the ends of an axis around values, with room for names: (2,)."""
    values = np.asarray(values, np.float64)
    if not len(values):
        return np.array([0.0, 1.0])
    room = 0.18 * (np.ptp(values) or abs(values[0]) or 1.0)
    return np.array([values.min() - room, values.max() + room])
