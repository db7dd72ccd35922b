"""The Python half of the curve that is drawn; tests/journeys/test_course.py has the other half."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.components.sketch import ticks


def script() -> None:
    """A page that keeps what the axes returned."""
    import streamlit as st

    from app.components.sketch import sketch

    st.session_state["returned"] = sketch(
        [1.0, 2.0, 2.5],
        key="axes",
        description="Error",
        x_title="Epoch (number)",
        high=0.25,
        start=(0.0, 0.23),
        levels=[("average", 0.0675)],
    )


@pytest.mark.parametrize(
    ("state", "points"),
    [
        (None, [None, None, None]),
        ({"points": [0.1, 0, 0.25]}, [0.1, 0, 0.25]),
        ({"points": [0.1, None, 0.2]}, [0.1, None, 0.2]),
        ({"points": [0.1, 0.2]}, [None, None, None]),
        ({"points": [0.1, 0.2, 0.26]}, [None, None, None]),
        ({"points": [0.1, 0.2, -0.1]}, [None, None, None]),
        ({"points": [0.1, 0.2, True]}, [None, None, None]),
        ({"points": [0.1, 0.2, "0.2"]}, [None, None, None]),
        ({"points": [0.1, 0.2, float("nan")]}, [None, None, None]),
        ({"points": "0.1"}, [None, None, None]),
    ],
)
def test_only_points_on_the_axes_are_taken(state: Any, points: list[Any]) -> None:
    app = AppTest.from_function(script, default_timeout=30)
    if state is not None:
        app.session_state["axes"] = state
    app.run()
    assert not app.exception
    assert app.session_state["returned"] == points
    (axes,) = app.get("bidi_component")
    sent = json.loads(axes.proto.json)
    assert sent["x"] == [1, 2, 2.5]
    assert sent["xName"] == "Epoch"
    assert sent["start"] == [0, 0.23]


@pytest.mark.parametrize(
    ("high", "found"),
    [
        (0.25, [0, 0.05, 0.1, 0.15, 0.2, 0.25]),
        (0.08, [0, 0.02, 0.04, 0.06, 0.08]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (50, [0, 10, 20, 30, 40, 50]),
    ],
)
def test_ticks_are_round(high: float, found: list[float]) -> None:
    assert ticks(high) == found
