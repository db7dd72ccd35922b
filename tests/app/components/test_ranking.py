"""The Python half of the tiles that are sorted; tests/journeys/test_course.py has the other."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.components.ranking import is_order


def script() -> None:
    """A page that keeps what the tiles returned."""
    import streamlit as st

    from app.components.ranking import ranking

    st.session_state["returned"] = ranking(
        ["a", "b", "c"],
        key="tiles",
        description="Sort",
        first="small",
        last="large",
        order=[1, 0, 2],
    )


@pytest.mark.parametrize(
    ("state", "order"),
    [
        (None, [1, 0, 2]),
        ({"order": [2, 1, 0]}, [2, 1, 0]),
        ({"order": [2, 1]}, [1, 0, 2]),
        ({"order": [2, 1, 1]}, [1, 0, 2]),
        ({"order": [2, 1, True]}, [1, 0, 2]),
        ({"order": [2, 1, "0"]}, [1, 0, 2]),
        ({"order": {"a": 1}}, [1, 0, 2]),
        ({"order": 3}, [1, 0, 2]),
    ],
)
def test_only_an_order_of_the_items_is_taken(state: Any, order: list[int]) -> None:
    app = AppTest.from_function(script, default_timeout=30)
    if state is not None:
        app.session_state["tiles"] = state
    app.run()
    assert not app.exception
    assert app.session_state["returned"] == order


def test_orders() -> None:
    assert is_order((), 0)
    assert not is_order(None, 0)
    assert not is_order([0, 2], 2)
    assert not is_order([0.0, 1.0], 2)
