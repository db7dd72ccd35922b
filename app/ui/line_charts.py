"""Curves with their names at their ends: errors against noise, and runs over their epochs."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from app.theme import BASELINE_COLOR
from app.ui.activations import activation_title
from app.ui.charts import HEIGHT, lay_out, literal, log_axis, whole_decades
from app.ui.run_styles import BASELINE, LineStyle

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


def curves_figure(
    curves: Sequence[Curve],
    *,
    x: str,
    y: str,
    hover: str,
    log: bool = False,
    x_log: bool = False,
    markers: bool = False,
    limits: tuple[float, float] | None = None,
    x_limits: tuple[float, float] | None = None,
    named_at: int | None = None,
) -> go.Figure:
    """Return a chart of curves, each with its name at its right end.

    Args:
        curves: What is drawn.
        x: The title of the x axis, with its unit.
        y: The title of the y axis, with its unit.
        hover: What is said of a point after the curve's name, as a Plotly template.
        log: Whether the y axis is logarithmic; else it shows zero.
        x_log: Whether the x axis is logarithmic; each x of the curves then has a tick, and
            `x_limits` are positive.
        markers: Whether each point has a mark.
        limits: The ends of the y axis; from the curves by default.
        x_limits: The ends of the x axis; from the curves by default.
        named_at: The point below which each name stands instead, or at the axis beside which, for
            curves with the same end.
    """
    figure = go.Figure()
    for curve in curves:
        figure.add_scatter(
            name=literal(curve.name),
            x=np.asarray(curve.x).tolist(),
            y=np.asarray(curve.y).tolist(),
            mode="lines+markers" if markers else "lines" if np.size(curve.y) > 1 else "markers",
            line={"color": curve.style.color, "dash": curve.style.dash, "width": 2.5},
            marker={"color": curve.style.color, "size": 6 if markers else 12},
            hovertemplate=f"<b>%{{fullData.name}}</b>: {hover}<extra></extra>",
        )
    lay_out(figure, x=x, y=y).update_layout(showlegend=False, hovermode="closest")
    low, high = limits or _range(curves, log=log)
    if log:
        figure.update_yaxes(**log_axis(low, high, digits=(1, 2, 5) if high <= 10 * low else (1,)))
    else:
        figure.update_yaxes(range=[low, high])
    # Set by hand: Plotly would make room for the names within the axis, too.
    xs = np.concatenate([np.empty(0), *(np.asarray(curve.x, np.float64) for curve in curves)])
    first, last = x_limits or ((xs.min(), xs.max()) if len(xs) else (0, 0))
    if x_log:
        ticks = np.unique(xs) if len(xs) else [first, last]
        names = [f"{tick:,.0f}" for tick in ticks]
        figure.update_xaxes(log_axis(first, last) | {"tickvals": ticks, "ticktext": names})
    elif first < last:
        figure.update_xaxes(range=[float(first), float(last)])
    figure.update_traces(cliponaxis=False)
    if named_at is None:
        _name_at_ends(figure, curves, low, high, log=log, x_log=x_log)
        return figure
    for curve in curves:
        value = np.asarray(curve.y)[named_at]
        # Below a point at the axis its numbers stand.
        at_axis = value < low + _AT_AXIS * (high - low)
        figure.add_annotation(
            x=np.asarray(curve.x)[named_at],
            y=value,
            text=literal(curve.name),
            xanchor="left",
            xshift=10 if at_axis else 6,
            yanchor="bottom" if at_axis else "middle",
            yshift=0 if at_axis else -12,
            showarrow=False,
            font={"color": curve.style.color, "size": 12},
        )
    return figure


def noise_curves(
    curves: Sequence[Curve], *, trained: float | None, x: str, most: float
) -> go.Figure:
    """Return the errors against the strength of the noise, with a mark at the trained strength.

    `most` is the top of the y axis, so that charts side by side have one scale.
    """
    figure = curves_figure(
        curves,
        x=x,
        y="Mean squared error per pixel",
        hover="error %{y:.4f} at strength %{x:.2f}",
        limits=(0.0, most),
    )
    if trained is not None:
        mark = {"line_dash": "dot", "line_width": 1, "line_color": BASELINE_COLOR}
        figure.add_vline(trained, **mark, annotation_text="trained", annotation_yshift=16)
    return figure


def _around(curves: Sequence[Curve]) -> tuple[float, float]:
    """Return the ends of a linear axis of numbers that may be negative, with zero between them."""
    every = np.concatenate([np.empty(0), *(np.asarray(c.y, np.float64) for c in curves)])
    low, high = min(0.0, float(every.min())), max(0.0, float(every.max()))
    room = 0.05 * (high - low)
    return low - room if low < 0 else low, high + room or 1.0


def _range(curves: Sequence[Curve], *, log: bool) -> tuple[float, float]:
    """Return the ends of the y axis: from 0 on a linear one, powers of ten on a logarithmic one."""
    every = np.concatenate([np.empty(0), *(np.asarray(c.y, np.float64) for c in curves)])
    every = every[np.isfinite(every)]
    if log:
        return whole_decades([every], least=min(every[every > 0], default=0.1))
    return 0.0, float(every.max()) * 1.05 if len(every) and every.max() > 0 else 1.0


def _name_at_ends(
    figure: go.Figure,
    curves: Sequence[Curve],
    low: float,
    high: float,
    *,
    log: bool,
    x_log: bool,
) -> None:
    """Write each name right of its curve's last point, none on another."""
    shown = [curve for curve in curves if np.isfinite(np.asarray(curve.y, np.float64)).any()]
    if not shown:
        return
    wrapped = [textwrap.wrap(curve.name, _WRAP) or [" "] for curve in shown]
    ends = [_last(curve) for curve in shown]
    scale = math.log10 if log else float
    span = scale(high) - scale(low)
    pixels = HEIGHT - _ABOVE_AND_BELOW
    wanted = [pixels * (scale(max(y, low)) - scale(low)) / span if span else 0.0 for _, y in ends]
    places = apart(wanted, [len(lines) * _LINE for lines in wrapped])
    for curve, lines, (x, y), middle, place in zip(
        shown, wrapped, ends, wanted, places, strict=True
    ):
        figure.add_annotation(
            x=math.log10(x) if x_log else x,
            y=scale(max(y, low)) if log else y,
            text="<br>".join(map(literal, lines)),
            xanchor="left",
            xshift=6,
            yshift=place - middle,
            align="left",
            showarrow=False,
            font={"color": curve.style.color, "size": 12},
        )
    longest = max(len(line) for lines in wrapped for line in lines)
    figure.update_layout(margin_r=round(longest * _CHARACTER) + 12)


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


def unit_profiles(
    names: Sequence[str],
    activations: Sequence[ArrayLike],
    styles: Sequence[LineStyle],
    sparsity: float | None,
    limits: tuple[float, float] = (0.0, 1.0),
) -> go.Figure:
    """Return the mean activation of each code unit for several models, the most active unit first.

    The units of different models do not correspond; sorting makes their profiles comparable.
    A unit below 0.0001 has no place on the logarithmic axis. `limits` are those of the activations;
    where they can be negative, the axis is linear.
    """
    log = limits[0] >= 0
    levels = [] if sparsity is None else [sparsity]
    low, high = whole_decades([*activations, levels], least=min([1e-4, *levels]))
    curves: list[Curve] = []
    for name, values, style in zip(names, activations, styles, strict=True):
        sorted_means = np.sort(np.asarray(values, np.float64))[::-1]
        ranks = np.arange(1, len(sorted_means) + 1)
        shown = np.where(sorted_means >= low, sorted_means, np.nan) if log else sorted_means
        curves.append(Curve(name=name, x=ranks, y=shown, style=style))
    if sparsity is not None:
        most = max((len(np.asarray(values)) for values in activations), default=1)
        target = [sparsity, sparsity]
        curves.append(Curve(name=f"target ρ = {sparsity:g}", x=[1, most], y=target, style=BASELINE))
    return curves_figure(
        curves,
        x="Code units, most active first",
        y=activation_title(limits, "Mean activation"),
        hover="unit number %{x} has the mean activation %{y:.4f}",
        markers=True,
        log=log,
        limits=(low, high) if log else _around(curves),
    )
