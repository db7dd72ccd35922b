"""Figures that do not change while they are looked at: numbers in, a Plotly figure out."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from app.components.download import chart_buttons
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


def draw_chart(figure: go.Figure, key: str, *, save_as: str | None = None) -> None:
    """Draw one of the figures below; `key` is the chart's own in the page.

    `save_as` is the name, without ending, of the chart as a PNG and of its numbers as a CSV; None
    for no buttons.
    """
    with st.container(gap=None):
        # On a phone Plotly's tools would always lie over the legend. Zooming needs none.
        st.plotly_chart(figure, key=key, config={"displayModeBar": False})
        if save_as is not None:
            chart_buttons(key, save_as)


def lay_out(figure: go.Figure, *, x: str, y: str, height: int) -> go.Figure:
    """Gives a figure the look of all charts; titles of axes have units, `height` is in pixels."""
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


def log_axis(low: float, high: float, digits: Sequence[int] = (1,)) -> dict[str, Any]:
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
    return lay_out(figure, x="Code unit", y=y, height=height)


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
    lay_out(figure, x="Code units, most active first", y="Mean activation", height=320)
    levels = [] if sparsity is None else [sparsity]
    axis = log_axis(*_whole_decades([*activations, levels], least=min([1e-4, *levels])))
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
    lay_out(figure, x="Activation", y="Share of activations (%)", height=320)
    return figure.update_yaxes(**log_axis(*_whole_decades(shares, least=1e-4)))


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
    lay_out(figure, x="Code unit", y="Digit", height=320)
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
    return lay_out(figure, x=x, y="Mean squared error per pixel", height=360)


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
    lay_out(figure, x=x, y=y, height=280)
    _level(figure, threshold, f"active<br>from {threshold:g}")
    # All names where there is room for them; of many Plotly leaves out some.
    every = {"tickmode": "linear", "dtick": 1} if len(kl) <= MOST_NAMES else {}
    return figure.update_xaxes(type="category", **every)


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
    lay_out(figure, x="Neighbours with the same label (%)", y="", height=240)
    # By place, since two runs may have the same title.
    names = {
        "tickvals": list(range(len(shares))),
        "ticktext": [_literal(name) for name, _ in shares],
    }
    return figure.update_xaxes(range=[0, 100]).update_yaxes(autorange="reversed", **names)
