"""A slider that sends its value while it is dragged; Streamlit's own sends it on release."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from app.components.in_address import InAddress, address_data
from app.components.messages import numbered
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_drag_slider",
    "drag_slider/drag_slider.js",
    html="drag_slider/drag_slider.html",
    css=("shared/range.css", "drag_slider/drag_slider.css"),
)


def drag_slider(
    label: str,
    *,
    key: str,
    minimum: float,
    maximum: float,
    value: float,
    step: float,
    help: str = "",
    marks: Mapping[float, str] | None = None,
    link: InAddress[float] | None = None,
) -> float:
    """Draw the slider; every value on the way causes a run, one at a time, the newest first.

    Put it into an `st.fragment` with what depends on it, so that a run is short.

    The value is `st.session_state[key]`, a float: it lives as long as the visit, across pages, and
    a callback may set it. What the browser sent is under other keys.

    Args:
        label: Text above the slider.
        key: Where the value is in `st.session_state`.
        minimum: Lowest value.
        maximum: Highest value.
        value: Where the slider stands at first; moved between the ends if it lies beyond.
        step: What one press of an arrow key moves; also sets how many decimals are shown.
        help: What the value means, behind a question mark. Plain text.
        marks: Names of values that are worth a mark; a click on one goes there. Those beyond the
            ends are left out.
        link: What the page's address says of the value; the browser keeps it up to date.

    Returns:
        The value, finite, from `minimum` to `maximum`.

    Raises:
        ValueError: If the ends, the value or the step make no slider.
    """
    if not (minimum < maximum and step > 0 and all(map(math.isfinite, (minimum, maximum, value)))):
        raise ValueError(
            f"slider {label!r} needs minimum (={minimum}) < maximum (={maximum}), a finite value "
            f"(={value}) and a step (={step}) above 0."
        )
    browser, seen = f"{key}:browser", f"{key}:seen"
    held = float(st.session_state.get(key, value))
    number = st.session_state.get(seen, 0)
    sent = message(st.session_state.get(browser), minimum, maximum)
    # A message is news once. Later runs still find it here, and Python may have moved on.
    if sent is not None and sent[0] != number:
        number, held = sent
    if link is not None and link.is_news(key):
        held = link.value if link.value is not None else value if link.is_whole else held
    current = min(max(held if math.isfinite(held) else value, minimum), maximum)
    st.session_state[key] = current
    st.session_state[seen] = number
    data = {
        "label": label,
        "minimum": minimum,
        "maximum": maximum,
        "value": current,
        "usual": value,
        "number": number,  # answers the message of that number
        "step": step,
        "decimals": len(f"{step:.8f}".rstrip("0").partition(".")[2]),
        "help": help,
        "marks": [
            {"value": place, "name": name}
            for place, name in sorted((marks or {}).items())
            if minimum <= place <= maximum
        ],
        **address_data(link),
    }
    _mount(key=browser, data=data, on_sent_change=lambda: None)
    return current


def message(state: object, minimum: float, maximum: float) -> tuple[int, float] | None:
    """Return the number and the value of the message that the browser sent, the value clipped.

    None if it is no such message: any client can send any JSON, and Python's even knows NaN.
    """
    sent = numbered(state, "sent", "value")
    if sent is None:
        return None
    number, value = sent
    # A bool is an int for Python.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return number, float(min(max(value, minimum), maximum))  # clipped first: an int may be too big
