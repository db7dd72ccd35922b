"""Who is let in when more pages are open than the lab takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app.server import visitor_limit

PAGE = """
import streamlit as st
from app.server.visitor_limit import limit_visitors

limit_visitors()
st.write("The page.")
"""

#: `visit("a", "ab")`: draws the page of session a while a and b are open; whether it was let in.
Visit = Callable[[str, str], bool]


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    """The lab for two visitors, before the first has come."""
    monkeypatch.setenv("LATENT_LAB_VISITORS", "2")
    monkeypatch.setattr(visitor_limit, "_arrivals", {})

    def drawn(session: str, open_pages: str) -> bool:
        monkeypatch.setattr(visitor_limit, "_open_pages", lambda: (session, set(open_pages)))
        app = AppTest.from_string(PAGE).run()
        assert not app.exception
        said = [text.value for text in (*app.markdown, *app.warning)]
        let_in = said == ["The page."]
        assert let_in or "it takes 2. Close other tabs" in said[0]
        return let_in

    return drawn


def test_who_came_first_stays_when_later_ones_fill_the_lab(visit: Visit) -> None:
    assert visit("a", "a")
    assert visit("b", "ab")
    assert not visit("c", "abc")
    assert not visit("d", "abcd")
    assert visit("a", "abcd")
    assert visit("b", "abcd")
    assert not visit("c", "abcd")


def test_who_leaves_makes_room_for_the_next_in_turn(visit: Visit) -> None:
    for session, let_in in zip("abcd", (True, True, False, False), strict=True):
        assert visit(session, "abcd"[: "abcd".index(session) + 1]) == let_in
    assert visit("c", "bcd")
    assert not visit("d", "bcd")


def test_only_open_pages_are_remembered_when_there_are_many(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(visitor_limit, "_MANY", 3)
    for session in "abc":
        visit(session, session)
    assert set(visitor_limit._arrivals) == set("abc")
    assert visit("d", "cd")
    assert set(visitor_limit._arrivals) == set("cd")


def test_one_browser_does_not_take_all_places(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_VISITORS", "9")
    monkeypatch.setattr(visitor_limit, "MAX_PAGES_OF_A_BROWSER", 2)
    owners = dict.fromkeys("abc", "greedy") | dict.fromkeys("xy", "modest")
    monkeypatch.setattr(visitor_limit, "owns_session", lambda name, page: owners[page] == name)
    monkeypatch.setattr(visitor_limit, "browser_of", lambda _: "greedy")
    assert visit("a", "a")
    assert visit("x", "ax")
    assert visit("b", "abx")
    with pytest.raises(AssertionError, match="2 pages of the lab are open in your browser"):
        visit("c", "abcx")
    assert visit("c", "bcx"), "who closes one may open another"
    monkeypatch.setattr(visitor_limit, "browser_of", lambda _: "modest")
    assert visit("y", "bcxy")


def test_pages_that_are_refused_to_a_browser_take_nobody_s_place(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_VISITORS", "3")
    monkeypatch.setattr(visitor_limit, "MAX_PAGES_OF_A_BROWSER", 2)
    monkeypatch.setattr(visitor_limit, "owns_session", lambda name, _: name == "greedy")
    monkeypatch.setattr(visitor_limit, "browser_of", lambda _: "greedy")
    assert visit("a", "a")
    assert visit("b", "ab")
    for refused in "cdef":
        with pytest.raises(AssertionError, match="2 pages of the lab are open in your browser"):
            visit(refused, "abcdef")
    monkeypatch.setattr(visitor_limit, "browser_of", lambda _: "modest")
    assert visit("x", "abcdefx")
