"""A part of a page that fails says why, and the page around it stands."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.app.conftest import unescaped


def page() -> None:
    import streamlit as st

    from app.ui.fragments import fragment
    from core.runs.record import RunError

    @fragment
    def part() -> None:
        st.text("before")
        raise RunError("There is no run 7 here; choose one from the list.")

    st.title("Page")
    part()
    st.text("after")


def test_what_is_wrong_with_a_run_is_said_where_it_is_shown() -> None:
    at = AppTest.from_function(page).run()
    assert not at.exception
    assert unescaped(at.error[0].value) == "There is no run 7 here; choose one from the list."
    assert [text.value for text in at.text] == ["before", "after"]
