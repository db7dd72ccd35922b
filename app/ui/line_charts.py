"""Curves with their names at their ends: errors against noise, and runs over their epochs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from app.theme import BASELINE_COLOR
from app.ui.activations import activation_title
from app.ui.charts import layout_of, literal, log_axis, whole_decades
from app.ui.curve_names import Curve, name_at, names_at_ends
from app.ui.run_styles import BASELINE, LineStyle


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
    named_at: int | Sequence[int] | None = None,
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
            curves with the same end. One place for all curves, or one for each.
    """
    layout = layout_of(x=x, y=y)
    low, high = limits or _range(curves, log=log)
    if log:
        digits = (1, 2, 5) if high <= 10 * low else (1,)
        layout["yaxis"] |= log_axis(low, high, digits=digits)
    else:
        layout["yaxis"]["range"] = [low, high]
    # Set by hand: Plotly would make room for the names within the axis, too.
    xs = np.concatenate([np.empty(0), *(np.asarray(curve.x, np.float64) for curve in curves)])
    first, last = x_limits or ((xs.min(), xs.max()) if len(xs) else (0, 0))
    if x_log:
        ticks = np.unique(xs) if len(xs) else [first, last]
        names = [f"{tick:,.0f}" for tick in ticks]
        layout["xaxis"] |= log_axis(first, last) | {"tickvals": ticks, "ticktext": names}
    elif first < last:
        layout["xaxis"]["range"] = [float(first), float(last)]
    if named_at is None:
        names, room = names_at_ends(curves, low, high, log=log, x_log=x_log)
        layout["margin"]["r"] = room or layout["margin"]["r"]
    else:
        places = [named_at] * len(curves) if isinstance(named_at, int) else named_at
        names = [
            name_at(curve, place, low, high) for curve, place in zip(curves, places, strict=True)
        ]
    layout["annotations"] += names
    layout["showlegend"] = False
    # All at once: Plotly checks and copies the whole figure at every change of it.
    return go.Figure([_line(curve, hover, markers=markers) for curve in curves], layout)


def _line(curve: Curve, hover: str, *, markers: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "name": literal(curve.name),
        "x": np.asarray(curve.x).tolist(),
        "y": np.asarray(curve.y).tolist(),
        "mode": "lines+markers" if markers else "lines" if np.size(curve.y) > 1 else "markers",
        "line": {"color": curve.style.color, "dash": curve.style.dash, "width": 2.5},
        "marker": {"color": curve.style.color, "size": 6 if markers else 12},
        "hovertemplate": f"<b>%{{fullData.name}}</b>: {hover}<extra></extra>",
        "cliponaxis": False,
    }


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
