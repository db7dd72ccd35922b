"""Figures that do not change while they are looked at: numbers in, a Plotly figure out."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from app.theme import LINE_COLORS

_MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}
_MARK = {"line_dash": "dash", "line_width": 1, "line_color": "#8d8d76"}
#: A level across bars: in a colour that is none of theirs, and to be seen on a dark page, too.
_LEVEL = {"layer": "above", "line_dash": "dash", "line_width": 2, "line_color": LINE_COLORS[2]}
_LEVEL_MARGIN = 75
"""CSS pixels beside the bars for the words at the level; on them they could not be read."""
_LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0}
#: So many dimensions all have their names below their bars; the names of more would be too small.
MOST_NAMES = 32
#: Nats per image that count as next to nothing on a logarithmic axis.
LEAST_KL = 0.1
#: Room for names at points, in shares of the width and the height of a chart on a phone: that of a
#: character, of a line, and half of a point's.
_CHARACTER, _LINE = 0.02, 0.07
_DOT = np.array([0.025, 0.03])
#: Beside a curve that falls there is room above it on the right and below it on the left.
_SIDES = {
    "top right": np.array([1, 1]),
    "bottom left": np.array([-1, -1]),
    "bottom right": np.array([1, -1]),
    "top left": np.array([-1, 1]),
}


def draw_chart(figure: go.Figure, key: str) -> None:
    """Draws one of the figures below; `key` is the chart's own in the page."""
    # On a phone Plotly's tools would always lie over the legend. Zooming needs none.
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})


def _layout(figure: go.Figure, *, x: str, y: str, height: int) -> go.Figure:
    figure.update_layout(height=height, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=y)
    return figure


def _literal(name: str) -> str:
    """A name as Plotly shows it: a run's is a visitor's, and is no HTML."""
    return html.escape(name, quote=False)


def _level(figure: go.Figure, value: float, words: str, *, log: bool = False) -> None:
    """A line across the bars at a value of the y axis, and words at its end."""
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=value, y1=value, **_LEVEL)
    # On a logarithmic axis Plotly takes a line by its value and words by the value's logarithm.
    place = math.log10(value) if log else value
    figure.add_annotation(
        xref="paper",
        x=1,
        xanchor="left",
        xshift=4,
        y=place,
        text=words,
        align="left",
        showarrow=False,
    )
    figure.update_layout(margin_r=_LEVEL_MARGIN)


def _log_axis(low: float, high: float, digits: Sequence[int] = (1,)) -> dict[str, Any]:
    """A logarithmic axis with ticks at these digits of each power of ten, each a whole number.

    Plotly's own ticks between the powers say "5" for 0.5.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ticks = [digit * 10.0**power for power in range(first, last + 1) for digit in digits]
    return {
        "type": "log",
        "range": [math.log10(low), math.log10(high)],
        "tickvals": ticks,
        "ticktext": [f"{tick:.12f}".rstrip("0").rstrip(".") for tick in ticks],
    }


def _whole_decades(values: Iterable[ArrayLike], least: float) -> tuple[float, float]:
    """The powers of ten around the positive values; what is below `least` is left out."""
    every = np.concatenate([np.ravel(value) for value in values])
    shown = every[every >= least]
    low, high = (shown.min(), shown.max()) if len(shown) else (least, least)
    first = math.floor(math.log10(low))
    return 10.0**first, 10.0 ** max(math.ceil(math.log10(high)), first + 1)


def code_bars(
    codes: ArrayLike, *, y: str = "Activation", color: str = LINE_COLORS[0], height: int = 240
) -> go.Figure:
    """The values of one code, a bar for each unit; `y` says what they are."""
    values = np.asarray(codes)
    figure = go.Figure(go.Bar(x=np.arange(len(values)), y=values, marker_color=color))
    figure.update_traces(hovertemplate="unit %{x}: %{y:.3f}<extra></extra>")
    return _layout(figure, x="Code unit", y=y, height=height)


def unit_bars(
    names: Sequence[str], activations: Sequence[ArrayLike], sparsity: float | None
) -> go.Figure:
    """The mean activation of each code unit for several models, units sorted from the most active.

    The units of different models do not correspond; sorting makes their profiles comparable.
    """
    figure = go.Figure()
    for name, values, color in zip(names, activations, LINE_COLORS, strict=False):
        height = np.sort(np.asarray(values))[::-1]
        figure.add_bar(
            name=_literal(name), x=np.arange(1, len(height) + 1), y=height, marker_color=color
        )
    figure.update_traces(hovertemplate="%{y:.4f}")
    _layout(figure, x="Code units, most active first", y="Mean activation", height=320)
    levels = [] if sparsity is None else [sparsity]
    axis = _log_axis(*_whole_decades([*activations, levels], least=min([1e-4, *levels])))
    if sparsity is not None:
        _level(figure, sparsity, f"ρ = {sparsity:g}", log=True)
    return figure.update_yaxes(**axis)


def activation_histogram(names: Sequence[str], codes: Sequence[NDArray[np.float32]]) -> go.Figure:
    """How often an activation has which value; `codes` are of any shape, one array a name."""
    figure = go.Figure()
    edges = np.linspace(0, 1, 51)
    shares = [100 * np.histogram(values, edges)[0] / values.size for values in codes]
    for name, share, color in zip(names, shares, LINE_COLORS, strict=False):
        figure.add_scatter(
            name=_literal(name),
            x=(edges[:-1] + edges[1:]) / 2,
            y=share,
            line={"color": color, "shape": "hvh"},
            fill="tozeroy",
            hovertemplate="%{y:.3g} %",
        )
    _layout(figure, x="Activation", y="Share of activations (%)", height=320)
    return figure.update_yaxes(**_log_axis(*_whole_decades(shares, least=1e-4)))


def class_heatmap(means: NDArray[np.float32]) -> go.Figure:
    """The mean activation of each unit for each class of digits, (10, units)."""
    figure = go.Figure(
        go.Heatmap(
            z=means,
            colorscale="Viridis",
            colorbar={"title": "mean<br>activation", "thickness": 12},
            hovertemplate="digit %{y}, unit %{x}: %{z:.3f}<extra></extra>",
        )
    )
    _layout(figure, x="Code unit", y="Digit", height=320)
    figure.update_layout(hovermode="closest")
    return figure.update_yaxes(dtick=1, autorange="reversed")


def noise_curves(
    levels: ArrayLike, curves: Sequence[tuple[str, ArrayLike]], *, trained: float | None, x: str
) -> go.Figure:
    """Mean squared error against the clean digits for each way to treat a noisy one."""
    figure = go.Figure()
    for (name, errors), color in zip(curves, LINE_COLORS, strict=False):
        dash = "dot" if name == "do nothing" else "solid"
        figure.add_scatter(
            name=_literal(name),
            x=np.asarray(levels),
            y=np.asarray(errors),
            line={"color": color, "dash": dash},
            hovertemplate="%{y:.4f}",
        )
    if trained is not None:
        figure.add_vline(trained, **_MARK, annotation_text="trained here")
    return _layout(figure, x=x, y="Mean squared error per pixel", height=360)


def kl_bars(values: ArrayLike, threshold: float) -> go.Figure:
    """The KL to the prior of each dimension (L,), named as on the sliders and the largest first,
    against the limit for "active"."""
    kl = np.asarray(values)
    order = (-kl).argsort(kind="stable")
    active = kl[order] >= threshold
    figure = go.Figure(
        go.Bar(
            x=[f"z{dimension}" for dimension in order],
            y=kl[order],
            marker_color=np.where(active, LINE_COLORS[0], LINE_COLORS[4]),
            hovertemplate="%{y:.3f} nats<extra></extra>",
        )
    )
    x, y = "Latent dimensions, busiest first", "KL to the prior (nats)"
    _layout(figure, x=x, y=y, height=280)
    _level(figure, threshold, f"active<br>from {threshold:g}")
    # All names where there is room for them; of many Plotly leaves out some.
    every = {"tickmode": "linear", "dtick": 1} if len(kl) <= MOST_NAMES else {}
    return figure.update_xaxes(type="category", **every)


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
    """Runs as points, with their names where these have room; all others say theirs on hover.

    What says next to nothing stands at LEAST_KL, so that it does not squash the others together.
    """
    kl = [max(point.kl, LEAST_KL) for point in points]
    errors = [point.cross_entropy for point in points]
    wide = bool(points) and max(kl) > 10 * min(kl)
    places = np.log10(kl) if wide else np.asarray(kl)
    x_range, y_range = _around(places), _around(errors)
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
                "color": LINE_COLORS[0],
                "symbol": ["circle" if point.chosen else "circle-open" for point in points],
                "line": {"width": 2},
            },
            hovertemplate="%{customdata[0]}<br>%{customdata[1]:.3g} nats, %{y:.4f}<extra></extra>",
        )
    )
    x, y = "KL to the prior (nats per image)", "Cross-entropy (nats per pixel)"
    _layout(figure, x=x, y=y, height=320).update_layout(hovermode="closest")
    if wide:
        low, high = 10**x_range
        # On a phone there is no room for more than these.
        figure.update_xaxes(**_log_axis(low, high, digits=(1,) if high > 1e3 * low else (1, 3)))
    else:
        figure.update_xaxes(range=x_range)
    return figure.update_yaxes(range=y_range)


def sides(
    across: ArrayLike, up: ArrayLike, names: Sequence[str], *, first: Sequence[bool]
) -> list[str | None]:
    """Where the name of each point (N,) of a chart stands, as Plotly calls it, so that it lies on
    no other name and no other point and in the chart; None where there is no such place.

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
    """The ends of an axis around values, with room for names: (2,)."""
    values = np.asarray(values, np.float64)
    if not len(values):
        return np.array([0.0, 1.0])
    room = 0.18 * (np.ptp(values) or abs(values[0]) or 1.0)
    return np.array([values.min() - room, values.max() + room])


def agreement_bars(shares: Sequence[tuple[str, float]]) -> go.Figure:
    """The share of neighbours with the same label for each kind of code, (name, share)."""
    figure = go.Figure(
        go.Bar(
            x=[100 * share for _, share in shares],
            orientation="h",
            marker_color=LINE_COLORS[0],
            text=[f"{100 * share:.1f} %" for _, share in shares],
            hoverinfo="skip",
        )
    )
    _layout(figure, x="Neighbours with the same label (%)", y="", height=240)
    # By place, since two runs may have the same title.
    names = {
        "tickvals": list(range(len(shares))),
        "ticktext": [_literal(name) for name, _ in shares],
    }
    return figure.update_xaxes(range=[0, 100]).update_yaxes(autorange="reversed", **names)
