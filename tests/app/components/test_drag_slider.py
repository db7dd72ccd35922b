"""The Python half of the drag slider; tests/journeys/test_drag_slider.py has the other half."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.components.drag_slider import drag_slider, message


def script() -> None:
    """A page that keeps what the slider returned."""
    import streamlit as st

    from app.components.drag_slider import drag_slider

    st.session_state["returned"] = drag_slider(
        "Strength",
        key="noise",
        minimum=0,
        maximum=1,
        value=0.2,
        step=0.05,
        marks={1.5: "beyond", 0.2: "trained", 0: "none"},
    )


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(script, default_timeout=30).run()


def send(app: AppTest, state: object) -> float:
    """One run after the browser sent `state`; what the slider returned."""
    app.session_state["noise:browser"] = state
    app.run()
    assert not app.exception
    return app.session_state["returned"]


def data(app: AppTest) -> dict[str, Any]:
    """What the browser got."""
    return json.loads(app.get("bidi_component")[0].proto.json)


def test_a_slider_starts_at_its_value(app: AppTest) -> None:
    assert app.session_state["returned"] == app.session_state["noise"] == 0.2
    shown = data(app)
    assert (shown["value"], shown["number"], shown["decimals"]) == (0.2, 0, 2)
    assert shown["help"] == ""
    # In order, and not beyond the ends.
    assert [mark["name"] for mark in shown["marks"]] == ["none", "trained"]


def test_a_message_sets_the_value_and_is_answered(app: AppTest) -> None:
    assert send(app, {"sent": {"number": 1, "value": 0.75}}) == 0.75
    assert app.session_state["noise"] == 0.75
    assert (data(app)["value"], data(app)["number"]) == (0.75, 1)


@pytest.mark.parametrize(("value", "clipped"), [(7, 1.0), (-3.5, 0.0), (10**400, 1.0)])
def test_a_value_beyond_the_ends_is_clipped(app: AppTest, value: float, clipped: float) -> None:
    returned = send(app, {"sent": {"number": 1, "value": value}})
    assert returned == clipped
    assert type(returned) is float


HOSTILE = [
    None,
    "x",
    [],
    7,
    {},
    {"sent": None},
    {"sent": [1, 0.5]},
    {"sent": {"number": 1}},
    {"sent": {"value": 0.5}},
    *(
        {"sent": {"number": 1, "value": value}}
        for value in (float("nan"), float("inf"), float("-inf"), None, "0.5", True, [0.5], {})
    ),
    *(
        {"sent": {"number": number, "value": 0.5}}
        for number in (float("nan"), None, "1", True, 0, -1, 1.0, 2**53, 10**400, [1])
    ),
]


@pytest.mark.parametrize("state", HOSTILE, ids=repr)
def test_anything_else_from_the_browser_is_no_message(state: object) -> None:
    assert message(state, 0, 1) is None


def test_anything_else_from_the_browser_changes_nothing(app: AppTest) -> None:
    send(app, {"sent": {"number": 3, "value": 0.75}})
    # A component's state is an object: Streamlit sees to that much.
    for state in (state for state in HOSTILE if isinstance(state, dict)):
        assert send(app, state) == 0.75
        assert data(app)["number"] == 3


def test_python_sets_the_value(app: AppTest) -> None:
    send(app, {"sent": {"number": 1, "value": 0.75}})
    app.session_state["noise"] = 0.3
    app.run()
    assert app.session_state["returned"] == data(app)["value"] == 0.3
    app.session_state["noise"] = 30
    app.run()
    assert app.session_state["returned"] == app.session_state["noise"] == 1.0
    assert send(app, {"sent": {"number": 2, "value": 0.4}}) == 0.4


def test_a_value_that_is_no_number_falls_back(app: AppTest) -> None:
    app.session_state["noise"] = float("nan")
    app.run()
    assert app.session_state["returned"] == 0.2


def test_the_first_value_is_moved_between_the_ends() -> None:
    def script() -> None:
        from app.components.drag_slider import drag_slider

        drag_slider("Strength", key="noise", minimum=0, maximum=1, value=9, step=0.1)

    assert AppTest.from_function(script, default_timeout=30).run().session_state["noise"] == 1.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": 1.0},
        {"maximum": float("inf")},
        {"value": float("nan")},
        {"step": 0.0},
        {"step": float("nan")},
    ],
    ids=repr,
)
def test_what_makes_no_slider_is_refused(wrong: dict[str, Any]) -> None:
    numbers: dict[str, Any] = {"minimum": 0.0, "maximum": 1.0, "value": 0.5, "step": 0.1}
    with pytest.raises(ValueError, match="slider 'Strength' needs minimum"):
        drag_slider("Strength", key="noise", **numbers | wrong)
