"""Figures that do not change while they are looked at: numbers in, a Plotly figure out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from app.theme import LINE_COLORS

_MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}
_MARK = {"line_dash": "dash", "line_width": 1, "line_color": "#8d8d76"}
_LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0}


def draw_chart(figure: go.Figure, key: str) -> None:
    """Draws one of the figures below; `key` is the chart's own in the page."""
    # On a phone Plotly's tools would always lie over the legend. Zooming needs none.
    st.plotly_chart(figure, key=key, config={"displayModeBar": False})


def _layout(figure: go.Figure, *, x: str, y: str, height: int) -> go.Figure:
    figure.update_layout(height=height, margin=_MARGIN, legend=_LEGEND, hovermode="x unified")
    figure.update_xaxes(title=x)
    figure.update_yaxes(title=y)
    return figure


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
        figure.add_bar(name=name, x=np.arange(1, len(height) + 1), y=height, marker_color=color)
    if sparsity is not None:
        figure.add_hline(sparsity, **_MARK, annotation_text=f"ρ = {sparsity:g}")
    figure.update_traces(hovertemplate="%{y:.4f}")
    _layout(figure, x="Code units, most active first", y="Mean activation", height=320)
    return figure.update_yaxes(type="log")


def activation_histogram(names: Sequence[str], codes: Sequence[NDArray[np.float32]]) -> go.Figure:
    """How often an activation has which value; `codes` are of any shape, one array a name."""
    figure = go.Figure()
    edges = np.linspace(0, 1, 51)
    for name, values, color in zip(names, codes, LINE_COLORS, strict=False):
        counts, _ = np.histogram(values, edges)
        figure.add_scatter(
            name=name,
            x=(edges[:-1] + edges[1:]) / 2,
            y=100 * counts / values.size,
            line={"color": color, "shape": "hvh"},
            fill="tozeroy",
            hovertemplate="%{y:.3g} %",
        )
    _layout(figure, x="Activation", y="Share of activations (%)", height=320)
    return figure.update_yaxes(type="log")


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
            name=name,
            x=np.asarray(levels),
            y=np.asarray(errors),
            line={"color": color, "dash": dash},
            hovertemplate="%{y:.4f}",
        )
    if trained is not None:
        figure.add_vline(trained, **_MARK, annotation_text="trained here")
    return _layout(figure, x=x, y="Mean squared error per pixel", height=360)


def kl_bars(values: ArrayLike, threshold: float) -> go.Figure:
    """The KL to the prior of each dimension, largest first, against the limit for "active"."""
    heights = np.asarray(values)
    figure = go.Figure(
        go.Bar(x=np.arange(1, len(heights) + 1), y=heights, marker_color=LINE_COLORS[0])
    )
    figure.update_traces(hovertemplate="%{y:.3f} nats<extra></extra>")
    # Beside the bars: on them it could not be read.
    figure.add_hline(
        threshold, **_MARK, annotation_text="active<br>above", annotation_position="right"
    )
    x, y = "Latent dimensions, busiest first", "KL to the prior (nats)"
    return _layout(figure, x=x, y=y, height=280).update_layout(margin_r=50)


def rate_distortion(points: Sequence[tuple[str, float, float, bool]]) -> go.Figure:
    """Runs as points: (name, KL in nats per image, cross-entropy in nats per pixel, chosen)."""
    figure = go.Figure(
        go.Scatter(
            x=[point[1] for point in points],
            y=[point[2] for point in points],
            text=[point[0] for point in points],
            mode="markers",
            marker={
                "size": 13,
                "color": LINE_COLORS[0],
                "symbol": ["circle" if point[3] else "circle-open" for point in points],
                "line": {"width": 2},
            },
            hovertemplate="%{text}<br>%{x:.1f} nats, %{y:.4f}<extra></extra>",
        )
    )
    x, y = "KL to the prior (nats per image)", "Cross-entropy (nats per pixel)"
    return _layout(figure, x=x, y=y, height=320).update_layout(hovermode="closest")


def agreement_bars(shares: Sequence[tuple[str, float]]) -> go.Figure:
    """The share of neighbours with the same label for each kind of code, (name, share)."""
    figure = go.Figure(
        go.Bar(
            x=[100 * share for _, share in shares],
            orientation="h",
            marker_color=LINE_COLORS[0],
            text=[f"{share:.1%}" for _, share in shares],
            hoverinfo="skip",
        )
    )
    _layout(figure, x="Neighbours with the same label (%)", y="", height=240)
    # By place, since two runs may have the same title.
    names = {"tickvals": list(range(len(shares))), "ticktext": [name for name, _ in shares]}
    return figure.update_xaxes(range=[0, 100]).update_yaxes(autorange="reversed", **names)
