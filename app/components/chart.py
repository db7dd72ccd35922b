"""A chart that can get new data once a second without flicker and without losing the zoom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from app.components import plotly_js
from app.components.download import SaveAs, saving
from app.components.message import pack
from app.components.messages import numbered
from app.components.mount import browser_component
from app.theme import LINE_COLORS

POINTS_PER_LINE = 1500
"""More points than this are thinned out before they travel: a screen has no more columns."""

_mount = browser_component(
    "latent_lab_chart",
    "chart/chart.js",
    html="chart/chart.html",
    css=("chart/chart.css",),
    isolate_styles=False,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """One line of a chart; `x` and `y` have the same length, lines of a chart may differ.

    A y that is NaN or infinite is a gap, and so is y <= 0 on a log axis. `color` defaults to the
    next of `LINE_COLORS`; `panel` counts from the top. A `pale` line is thin and pale, as that of
    the training digits beside the full one of the test digits; a `dashed` one is a baseline.
    `sentence` is what a pointer reads at a point, with `{y}` for the value.

    `dots` is a set of points that no line connects. `ids` name the points, so that Python is told
    which one is pressed. `low` and `high`, of the same length, are ranges around y: a bar at each
    dot, a band around a line.
    """

    name: str
    x: Sequence[float] | np.ndarray
    y: Sequence[float] | np.ndarray
    color: str | None = None
    markers: bool = False
    panel: int = 0
    pale: bool = False
    dashed: bool = False
    sentence: str = ""
    dots: bool = False
    ids: Sequence[str] = ()
    low: Sequence[float] | np.ndarray | None = None
    high: Sequence[float] | np.ndarray | None = None


def live_chart(
    lines: Sequence[Line],
    *,
    key: str,
    x_title: str,
    y_titles: Sequence[str],
    revision: str,
    description: str,
    log_y: bool = True,
    linear_panels: Collection[int] = (),
    x_end: float | None = None,
    height: int = 320,
    empty: str = "Waiting for the first epoch…",
    save_as: SaveAs | None = None,
    log_x: bool = False,
    x_ticks: Mapping[float, str] | None = None,
) -> str | None:
    """Draw lines in panels that share the x axis, one panel per entry of `y_titles`.

    Up to five names stand at the ends of their lines, more in a legend above.

    Args:
        lines: What to draw. Name and panel identify a line from one call to the next.
        key: Streamlit key; the browser also keeps the choice of log or linear under it.
        x_title: Title of the shared x axis, with its unit.
        y_titles: Titles of the panels from top to bottom, with their units.
        revision: What is shown, such as a run's name. Zoom is kept while it stays the same.
        description: What the chart shows, as a sentence for readers who cannot see it.
        log_y: Whether the y axes start as logarithmic; a visitor may switch.
        linear_panels: Panels whose y axis is always linear.
        x_end: Where the x axis ends, which begins at 0 then; by default it spans the data.
        height: Height of all panels together, in pixels.
        empty: What stands in place of the chart while there are no points.
        save_as: How the PNG of the chart and the CSV of its points are called; None for no
            buttons.
        log_x: Whether the x axis is logarithmic; every x is above 0 then.
        x_ticks: The values that the x axis names, and how; by default they are chosen.

    Returns:
        The id of the point that was pressed since the chart was last drawn, if any.

    Raises:
        ValueError: If a line's `x` and `y` differ in length, or its panel does not exist.
    """
    browser, seen = f"{key}:browser", f"{key}:seen"
    last = st.session_state.get(seen, 0)
    sent = numbered(st.session_state.get(browser), "pressed", "id")
    data = payload(lines, panels=len(y_titles))
    data |= {
        "key": key,
        "xTitle": x_title,
        "yTitles": list(y_titles),
        "revision": revision,
        "description": description,
        "scale": "log" if log_y else "linear",
        "linearPanels": sorted(linear_panels),
        "xEnd": x_end,
        "height": height,
        "empty": empty,
        "plotly": plotly_js.plotly_path(),
        "logX": log_x,
        "xTicks": [{"value": value, "name": name} for value, name in (x_ticks or {}).items()],
        "closest": any(line.dots for line in lines),
        **saving(save_as),
    }
    if not any(line.ids for line in lines):
        _mount(key=key, data=pack(data))
        return None
    # A message is news once. Later runs still find it here.
    number, pressed = sent if sent is not None and sent[0] != last else (last, None)
    st.session_state[seen] = number
    data["number"] = number
    _mount(key=browser, data=pack(data), on_pressed_change=lambda: None)
    # Any client can send any JSON.
    return next((name for line in lines for name in line.ids if name == pressed), None)


def payload(lines: Sequence[Line], *, panels: int) -> dict[str, Any]:
    """Return the lines as the browser takes them."""
    about: list[dict[str, Any]] = []
    for position, line in enumerate(lines):
        x, y = _points(line.name, line.x, line.y)
        ranges: dict[str, Any] = {}
        if line.low is not None and line.high is not None:
            ranges = {
                "low": _points(line.name, line.x, line.low)[1],
                "high": _points(line.name, line.x, line.high)[1],
            }
        if not 0 <= line.panel < panels:
            raise ValueError(
                f"line {line.name!r} asks for panel {line.panel}, but y_titles names {panels}; "
                "panels count from 0."
            )
        about.append(
            {
                "name": line.name,
                "color": line.color or LINE_COLORS[position % len(LINE_COLORS)],
                "markers": line.markers,
                "pale": line.pale,
                "dashed": line.dashed,
                "sentence": line.sentence,
                "panel": line.panel,
                "count": len(x),
                "x": x,
                "y": y,
                "dots": line.dots,
                "ids": list(line.ids),
                **ranges,
            }
        )
    return {"lines": about}


def decimate(x: np.ndarray, y: np.ndarray, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """Return at most `limit` points, in order: the ends, and each bucket's lowest and highest.

    Taking every n-th point instead would lose spikes, and invent others when zoomed. A bucket
    without any finite y leaves one point, so that a long gap stays a gap.

    Args:
        x: Positions, (n,).
        y: Values, (n,); NaN and infinities allowed.
        limit: The most points to keep, at least 4.
    """
    n = len(y)
    if n <= limit:
        return x, y
    buckets = (limit - 2) // 2
    width = -(-(n - 2) // buckets)
    inner = np.full(buckets * width, np.nan)
    inner[: n - 2] = y[1:-1]
    inner = inner.reshape(buckets, width)
    finite = np.isfinite(inner)
    start = np.arange(buckets) * width + 1
    low = start + np.where(finite, inner, np.inf).argmin(axis=1)
    high = start + np.where(finite, inner, -np.inf).argmax(axis=1)
    keep = np.unique(np.concatenate(([0, n - 1], low, high)))
    keep = keep[keep < n]  # the last buckets may be padding only
    return x[keep], y[keep]


def _points(
    name: str, x: Sequence[float] | np.ndarray, y: Sequence[float] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return a line as two float32 columns of at most `POINTS_PER_LINE` rows."""
    x = np.asarray(x, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(
            f"line {name!r} needs x and y of one length, got shapes {x.shape} and {y.shape}."
        )
    x, y = decimate(x, y, POINTS_PER_LINE)
    with np.errstate(over="ignore"):  # beyond float32 is infinite: a gap like any other
        return x.astype(np.float32), y.astype(np.float32)
