"""A square to draw a digit in, with mouse, pen or finger."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from PIL import Image, ImageDraw

from app.components.messages import numbered
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_canvas",
    "canvas/canvas.js",
    html="canvas/canvas.html",
    css=("shared/range.css", "canvas/canvas.css"),
)

#: A stroke: the width of the pen, then x and y of its points, in thousandths of the square's side.
Stroke = Sequence[int]

UNITS = 1000
WIDEST = 300
MAX_NUMBERS = 40_000


def canvas(*, key: str, description: str) -> tuple[Stroke, ...]:
    """Draw the square; what is drawn comes when the pen is lifted, one rerun a stroke.

    The drawing is `st.session_state[key]`: it lives as long as the visit, across pages. What the
    browser sent is under other keys.

    Args:
        key: Where the drawing is in `st.session_state`.
        description: What the square is for, for readers who cannot see it.

    Returns:
        The strokes in the order in which they were drawn; none while it is empty.
    """
    browser, seen = f"{key}:browser", f"{key}:seen"
    strokes = st.session_state.get(key, ())
    number = st.session_state.get(seen, 0)
    sent = message(st.session_state.get(browser))
    # A message is news once: on another page and back, the square opens with what was drawn.
    if sent is not None and sent[0] != number:
        number, strokes = sent
    st.session_state[key], st.session_state[seen] = strokes, number
    data = {
        "strokes": [list(stroke) for stroke in strokes],
        "number": number,
        "description": description,
    }
    _mount(key=browser, data=data, on_drawn_change=lambda: None)
    return strokes


def message(state: object) -> tuple[int, tuple[Stroke, ...]] | None:
    """Return the number and the strokes of the message that the browser sent.

    None if it is no such message: any client can send any JSON.
    """
    sent = numbered(state, "drawn", "strokes")
    if sent is None or not isinstance(sent[1], list):
        return None
    number, strokes = sent
    total = 0
    for stroke in strokes:
        # A width and at least one point: an odd number of numbers.
        if not isinstance(stroke, list) or len(stroke) < 3 or len(stroke) % 2 == 0:
            return None
        total += len(stroke)
        if total > MAX_NUMBERS or not all(
            type(value) is int and -UNITS <= value <= 2 * UNITS for value in stroke
        ):
            return None
        if not 1 <= stroke[0] <= WIDEST:
            return None
    return number, tuple(tuple(stroke) for stroke in strokes)


def render(strokes: Sequence[Stroke], side: int = 280) -> Image.Image:
    """Draw the strokes as white ink on black, mode L, `side` pixels wide and high."""
    fine = 2 * side  # drawn twice as large and shrunk, which smooths the edges
    picture = Image.new("L", (fine, fine))
    pen = ImageDraw.Draw(picture)
    scale = fine / UNITS
    for width, *numbers in strokes:
        points = [(x * scale, y * scale) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        radius = width * scale / 2
        if len(points) > 1:
            pen.line(points, fill=255, width=max(1, round(2 * radius)))
        for x, y in points:  # round ends and round corners
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    return picture.resize((side, side), Image.Resampling.BOX)
