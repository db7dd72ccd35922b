"""Static charts: functions that make a Plotly figure from numbers."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st
from numpy.typing import ArrayLike, NDArray

from app.components.download import SaveAs, chart_buttons
from app.theme import BASELINE_COLOR, LINE_COLORS, model_color
from app.ui.activations import activation_title
from app.ui.run_styles import LineStyle
from core.data.data_sets import DataSet

_MARGIN = {"l": 10, "r": 10, "t": 36, "b": 10}
#: A level across bars: grey and dashed, as every baseline.
_LEVEL = {"layer": "above", "line_dash": "dash", "line_width": 2, "line_color": BASELINE_COLOR}
_LEVEL_MARGIN = 75
"""CSS pixels beside the bars for the words at the level; on the bars they could not be read."""
#: CSS pixels of every chart, so that a page has one height of charts.
HEIGHT = 320
#: So many dimensions all have their names below their bars; the names of more would be too small.
MAX_NAMES = 32


def draw_chart(figure: go.Figure, key: str, *, save_as: SaveAs | None = None) -> None:
    """Draw one of the figures below; `key` is the chart's own in the page.

    `save_as` names the chart as a PNG and its numbers as a CSV; None for no buttons.
    """
    with st.container(gap=None):
        # On a phone Plotly's tools would always lie over the legend. Zooming needs none.
        st.plotly_chart(figure, key=key, config={"displayModeBar": False})
        if save_as is not None:
            chart_buttons(key, save_as)


def lay_out(figure: go.Figure, *, x: str, y: str, height: int = HEIGHT) -> go.Figure:
    """Give a figure the look of all charts; see `layout_of`."""
    layout = layout_of(x=x, y=y, height=height)
    for title in layout.pop("annotations"):
        figure.add_annotation(title)
    return figure.update_layout(layout)


def layout_of(*, x: str, y: str, height: int = HEIGHT) -> dict[str, Any]:
    """Return the layout of all charts.

    The titles of the axes have units. The y axis has its title above it, where a narrow chart has
    room for it.
    """
    title = {
        "text": y,
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "y": 1,
        "xanchor": "left",
        "yanchor": "bottom",
        "yshift": 12,
        "showarrow": False,
    }
    return {
        "height": height,
        "margin": dict(_MARGIN),
        "hovermode": "closest",
        "xaxis": {"title": {"text": x}, "showgrid": False, "zeroline": False, "fixedrange": True},
        "yaxis": {"showgrid": True, "zeroline": False, "fixedrange": True},
        "annotations": [title] if y else [],
    }


def literal(name: str) -> str:
    """Return a name as Plotly shows it: a run's title comes from a visitor and is not HTML."""
    return html.escape(name, quote=False)


def _level(figure: go.Figure, value: float, words: str) -> None:
    """Draw a line across the bars at a value of the y axis, with words at its end."""
    figure.add_shape(type="line", xref="paper", x0=0, x1=1, y0=value, y1=value, **_LEVEL)
    figure.add_annotation(
        xref="paper",
        x=1,
        xanchor="left",
        xshift=4,
        y=value,
        text=words,
        align="left",
        showarrow=False,
    )
    figure.update_layout(margin_r=_LEVEL_MARGIN)


def log_axis(low: float, high: float, digits: Sequence[int] = (1,)) -> dict[str, Any]:
    """Return a logarithmic axis with ticks at these digits of each power of ten.

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


def whole_decades(values: Iterable[ArrayLike], least: float) -> tuple[float, float]:
    """Return the powers of ten around the positive values; what is below `least` is left out."""
    every = np.concatenate([np.ravel(value) for value in values])
    shown = every[every >= least]
    low, high = (shown.min(), shown.max()) if len(shown) else (least, least)
    first = math.floor(math.log10(low))
    return 10.0**first, 10.0 ** max(math.ceil(math.log10(high)), first + 1)


def code_bars(
    codes: ArrayLike,
    *,
    y: str,
    color: str = LINE_COLORS[0],
    height: int = HEIGHT,
) -> go.Figure:
    """Return the values of one code, a bar for each unit; `y` says what they are."""
    values = np.asarray(codes)
    figure = go.Figure(go.Bar(x=np.arange(len(values)), y=values, marker_color=color))
    figure.update_traces(hovertemplate="unit %{x} is %{y:.3f}<extra></extra>")
    return lay_out(figure, x="Code unit", y=y, height=height)


def activation_histogram(
    names: Sequence[str],
    codes: Sequence[NDArray[np.float32]],
    styles: Sequence[LineStyle],
    limits: tuple[float, float] = (0.0, 1.0),
) -> go.Figure:
    """Return a histogram of activations, a curve per name; `codes` are arrays of any shape.

    Each name stands at the top of its curve. `limits` are those of the activations; one that is
    infinite gives way to the lowest or highest activation there is.
    """
    figure = go.Figure()
    low_end, high_end = limits
    every = [float(end) for values in codes if values.size for end in (values.min(), values.max())]
    if math.isinf(low_end):
        low_end = min(every, default=0.0)
    if math.isinf(high_end):
        high_end = max(every, default=1.0)
    if high_end <= low_end:
        high_end = low_end + 1.0
    edges = np.linspace(low_end, high_end, 51)
    centres = (edges[:-1] + edges[1:]) / 2
    shares = [100 * np.histogram(values, edges)[0] / values.size for values in codes]
    low, high = whole_decades(shares, least=1e-4)
    for name, share, style in zip(names, shares, styles, strict=True):
        figure.add_scatter(
            name=literal(name),
            x=centres,
            y=share,
            line={"color": style.color, "dash": style.dash, "shape": "hvh"},
            fill="tozeroy",
            hovertemplate="<b>%{fullData.name}</b>: %{y:.3g} % of the activations are near %{x:.2f}"
            "<extra></extra>",
        )
        top = int(share.argmax())
        right = centres[top] > edges[25]
        figure.add_annotation(
            x=centres[top],
            y=math.log10(max(share[top], low)),
            text=literal(name),
            xanchor="right" if right else "left",
            yanchor="bottom",
            showarrow=False,
            font={"color": style.color, "size": 12},
        )
    lay_out(figure, x=activation_title(limits), y="Share of activations (%)")
    figure.update_layout(showlegend=False)
    # Above 100 % there are names alone.
    axis = log_axis(low, 10 * high)
    axis["tickvals"] = [tick for tick in axis["tickvals"] if tick <= 100]
    axis["ticktext"] = axis["ticktext"][: len(axis["tickvals"])]
    return figure.update_yaxes(**axis).update_xaxes(range=[low_end, high_end])


def class_heatmap(means: NDArray[np.float32], data: DataSet) -> go.Figure:
    """Return the mean activation of each unit for each class of a data set, (10, units).

    The units are in the order of the class for which each is most active.
    """
    order = np.argsort(means.argmax(axis=0), kind="stable")
    one = "digit" if data.shows_digits else "class"
    figure = go.Figure(
        go.Heatmap(
            y=data.classes,
            z=means[:, order],
            customdata=np.broadcast_to(order, means.shape),
            colorscale="Viridis",
            zmin=min(0.0, float(means.min())),
            zmax=float(means.max()),
            colorbar={"title": "mean<br>activation", "thickness": 12},
            hovertemplate=("digit " if data.shows_digits else "")
            + "%{y}: unit %{customdata} has the mean activation %{z:.3f}<extra></extra>",
        )
    )
    lay_out(figure, x=f"Code units, sorted by {one}", y=one.capitalize())
    figure.update_xaxes(showticklabels=False)
    return figure.update_yaxes(type="category", dtick=1, autorange="reversed", showgrid=False)


def kl_bars(values: ArrayLike, threshold: float) -> go.Figure:
    """Return the KL to the prior of each dimension (L,), the largest first.

    They are named as on the sliders, and stand against the limit for "active".
    """
    kl = np.asarray(values)
    order = (-kl).argsort(kind="stable")
    active = kl[order] >= threshold
    figure = go.Figure(
        go.Bar(
            x=[f"z{dimension}" for dimension in order],
            y=kl[order],
            marker_color=np.where(active, model_color("vae"), BASELINE_COLOR),
            hovertemplate="%{x} carries %{y:.3f} nats<extra></extra>",
        )
    )
    lay_out(figure, x="Latent dimensions, largest KL first", y="KL to the prior (nats)")
    _level(figure, threshold, f"active<br>from {threshold:g}")
    # All names where there is room for them; of many Plotly leaves out some.
    every = {"tickmode": "linear", "dtick": 1} if len(kl) <= MAX_NAMES else {}
    return figure.update_xaxes(type="category", **every).update_yaxes(rangemode="tozero")


def agreement_bars(shares: Sequence[tuple[str, float]], colors: Sequence[str]) -> go.Figure:
    """Return the share of neighbours with the same label for each kind of code, (name, share)."""
    figure = go.Figure(
        go.Bar(
            x=[100 * share for _, share in shares],
            orientation="h",
            marker_color=list(colors),
            text=[f"{100 * share:.1f} %" for _, share in shares],
            textposition="outside",  # on a bar no colour of text is readable in both themes
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    lay_out(figure, x="Neighbours with the same label (%)", y="")
    # By place, since two runs may have the same title.
    names = {
        "tickvals": list(range(len(shares))),
        "ticktext": [literal(name) for name, _ in shares],
        "showgrid": False,
    }
    return figure.update_xaxes(range=[0, 100]).update_yaxes(autorange="reversed", **names)
