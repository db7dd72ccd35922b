"""What a browser's visit leaves: for this browser alone, not too much, and plain values only."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.server import visits


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """`browser["name"] = "ada"`: from now on the pages are opened by this browser."""
    chosen = {"name": "ada"}
    monkeypatch.setattr("app.server.visitor.browser_of", lambda cookies: chosen["name"])
    visits.forget_visits()
    return chosen


def _form() -> None:
    """A form of three fields, one of which a reload need not bring back."""
    import streamlit as st

    from app.server.visits import bring_forms_back, leave_forms

    if bring_forms_back():
        st.rerun()
    st.number_input("Epochs", value=50, step=1, key="form:epochs", persist_state="session")
    st.selectbox("Model", ["a", "b", "c"], 1, key="form:model", persist_state="session")
    st.text_input("Elsewhere", "x", key="elsewhere")
    leave_forms()


def fields(app: AppTest) -> tuple[Any, ...]:
    assert not app.exception
    assert not app.warning
    return app.number_input[0].value, app.selectbox[0].value, app.text_input[0].value


def test_a_half_filled_form_comes_back_in_a_new_session(browser: dict[str, str]) -> None:
    app = AppTest.from_function(_form, default_timeout=60).run()
    assert fields(app) == (50, "b", "x")
    app.number_input[0].set_value(-7)  # half filled: no form would start with it
    app.selectbox[0].set_value("c")
    app.text_input[0].set_value("y").run()
    again = AppTest.from_function(_form, default_timeout=60).run()
    assert fields(again) == (-7, "c", "x")
    again.number_input[0].set_value(60).run()
    assert fields(again) == (60, "c", "x"), "it is brought back once"


def test_nobody_else_gets_it(browser: dict[str, str]) -> None:
    AppTest.from_function(_form, default_timeout=60).run().number_input[0].set_value(7).run()
    browser["name"] = "bob"
    assert fields(AppTest.from_function(_form, default_timeout=60).run()) == (50, "b", "x")
    browser["name"] = ""  # a browser without cookies, as every one of them
    app = AppTest.from_function(_form, default_timeout=60).run()
    app.number_input[0].set_value(8).run()
    assert fields(AppTest.from_function(_form, default_timeout=60).run()) == (50, "b", "x")


def _greedy() -> None:
    """A session whose forms hold what a visit must not leave."""
    import streamlit as st

    from app.server.visits import MAX_TEXT, leave_forms

    deep: object = 1
    for _ in range(9):
        deep = [deep]
    st.session_state["form:text"] = "x" * (MAX_TEXT + 1)
    st.session_state["form:bytes"] = b"x"
    st.session_state["form:deep"] = deep
    st.session_state["form:cards"] = {0: "sgd", 1: ("adam", None, True)}
    leave_forms()


def test_only_plain_values_are_kept(browser: dict[str, str]) -> None:
    assert not AppTest.from_function(_greedy, default_timeout=60).run().exception
    kept = visits._visits["ada"]["form:"]
    assert kept == {"form:cards": {0: "sgd", 1: ("adam", None, True)}}


def _crowded() -> None:
    """A session with more fields than any form has."""
    import streamlit as st

    from app.server.visits import MAX_FIELDS, leave_forms

    for number in range(MAX_FIELDS + 1):
        st.session_state[f"form:{number}"] = number
    leave_forms()


def test_too_many_fields_are_not_kept(browser: dict[str, str]) -> None:
    assert not AppTest.from_function(_crowded, default_timeout=60).run().exception
    assert not visits._visits


def test_the_browsers_that_came_last_are_remembered(
    browser: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visits, "MAX_BROWSERS", 2)
    for name in ("ada", "bob", "ada", "eve"):
        browser["name"] = name
        AppTest.from_function(_form, default_timeout=60).run().number_input[0].set_value(
            len(name)
        ).run()
    assert [*visits._visits] == ["ada", "eve"]
