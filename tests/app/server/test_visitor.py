"""Who a visitor is: a browser by its cookie, a session without one, or the computer's user."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from app.server import alone as alone_module
from app.server import visitor as module
from app.server.alone import is_alone, is_from_here
from app.server.identity import cookie_pair
from app.server.visitor import visitor
from core.runs.rights import local_user

BROWSER = "0123456789abcdef" * 2
HERE = {"Host": "localhost:8501"}


@pytest.fixture
def comes(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What a connection came with; a test changes it."""
    context = SimpleNamespace(cookies={}, headers=HERE)
    monkeypatch.setattr(module, "is_alone", alone_module.is_alone)
    monkeypatch.setattr(module, "is_from_here", alone_module.is_from_here)
    monkeypatch.setattr(module.st, "context", context)
    monkeypatch.setattr(module, "session_id", lambda: "a-session")
    return context


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_LAB_ALONE", "1")
    monkeypatch.setattr("app.server.alone.config.get_option", lambda name: "localhost")


def cookies(of: str = BROWSER) -> dict[str, str]:
    name, _, value = cookie_pair(of).partition("=")
    return {name: value}


def test_a_visitor_is_the_browser_of_the_cookie(comes: SimpleNamespace) -> None:
    comes.cookies = cookies()
    assert visitor() == BROWSER


def test_without_a_cookie_each_session_is_a_visitor_that_no_cookie_can_name(
    comes: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = visitor()
    assert first == visitor()
    assert first.startswith("session:")
    monkeypatch.setattr(module, "session_id", lambda: "another")
    assert visitor() != first
    comes.cookies = cookies(first)
    assert visitor() != first, "signed by ourselves, it is still no identity of a browser"


def test_in_a_lab_for_one_a_visitor_is_the_user_of_the_computer(
    comes: SimpleNamespace, alone: None
) -> None:
    comes.cookies = cookies()
    assert visitor() == local_user()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "lab.example"},
        {"Host": "192.168.1.7:8501"},
        {"Host": "localhost.example:8501"},
        {"Host": "[::1"},
        {},
        {**HERE, "X-Forwarded-For": "10.0.0.9"},
        {**HERE, "x-forwarded-host": "lab.example"},
        {**HERE, "X-Forwarded-Proto": "https"},
        {**HERE, "Forwarded": "for=10.0.0.9"},
        {**HERE, "Via": "1.1 proxy"},
        {**HERE, "X-Real-IP": "10.0.0.9"},
    ],
)
def test_who_comes_through_a_proxy_is_not_the_user_of_the_computer(
    comes: SimpleNamespace, alone: None, headers: dict[str, str]
) -> None:
    comes.cookies, comes.headers = cookies(), headers
    assert visitor() == BROWSER
    assert not is_from_here(headers)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:80", "[::1]:8501"])
def test_names_and_numbers_of_this_computer_are_known(host: str) -> None:
    assert is_from_here({"host": host})


@pytest.mark.parametrize(
    ("said", "address", "is_one"),
    [
        ("1", "localhost", True),
        ("1", "127.0.0.1", True),
        ("1", "::1", True),
        ("1", "0.0.0.0", False),
        ("1", "192.168.1.7", False),
        ("1", None, False),
        ("1", "lab.example", False),
        ("0", "localhost", False),
        ("", "localhost", False),
    ],
)
def test_a_lab_for_one_listens_on_this_computer_alone_and_was_started_as_one(
    monkeypatch: pytest.MonkeyPatch, said: str, address: str | None, is_one: bool
) -> None:
    monkeypatch.setenv("LATENT_LAB_ALONE", said)
    monkeypatch.setattr("app.server.alone.config.get_option", lambda name: address)
    assert is_alone() == is_one
