"""The cookie of a browser: signed, renewed with every page, replaced where it is forged."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from itsdangerous import Signer
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from app.server.identity import (
    MAX_AGE,
    VisitorCookie,
    cookie_name,
    cookie_pair,
    identity_in,
    new_identity,
)
from core.runs.folders import runs_folder
from core.runs.secret import secret_of
from tests.support.coroutines import result_of

BROWSER = "0123456789abcdef" * 2
NAME, _, VALUE = cookie_pair(BROWSER).partition("=")
#: What each answer is made of, and the headers of its request.
Ask = Callable[..., dict[str, list[str]]]


@pytest.fixture
def ask() -> Ask:
    """`ask(response, scheme="http", method="GET", **headers)`: the headers of the answer."""

    def asked(
        response: Response, scheme: str = "http", method: str = "GET", **headers: str
    ) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}

        async def send(message: Message) -> None:
            for name, value in message.get("headers", ()):
                found.setdefault(name.decode(), []).append(value.decode())

        async def receive() -> Message:
            return {"type": "http.request"}

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await response(scope, receive, send)

        sent = [(name.replace("_", "-").encode(), v.encode()) for name, v in headers.items()]
        scope = {"type": "http", "method": method, "scheme": scheme, "path": "/", "headers": sent}
        result_of(VisitorCookie(app)(scope, receive, send))
        return found

    return asked


def page() -> Response:
    return HTMLResponse("<p>page</p>", headers={"Cache-Control": "public"})


def test_a_first_page_gives_a_new_identity_that_no_script_can_read(ask: Ask) -> None:
    first, second = (ask(page())["set-cookie"][0] for _ in range(2))
    value, *attributes = first.split("; ")
    name, _, signed = value.partition("=")
    assert sorted(attributes) == ["HttpOnly", f"Max-Age={MAX_AGE}", "Path=/", "SameSite=Lax"]
    assert re.fullmatch(r"[0-9a-f]{32}", identity_in({name: signed}))
    assert first != second, "each browser is another"
    assert ask(page())["cache-control"] == ["private, no-cache"], "no proxy may keep it"


def test_over_tls_the_cookie_is_sent_in_frames_and_comes_from_the_host_alone(ask: Ask) -> None:
    direct = ask(page(), scheme="https")["set-cookie"][0]
    behind = ask(page(), x_forwarded_proto="https")["set-cookie"][0]
    for given in (direct, behind):
        name, *attributes = given.partition("=")[0], *given.split("; ")[1:]
        assert name == f"__Host-{NAME}"
        assert sorted(attributes) == [
            "HttpOnly",
            f"Max-Age={MAX_AGE}",
            "Partitioned",
            "Path=/",
            "SameSite=None",
            "Secure",
        ]


def test_a_known_browser_keeps_its_identity_with_every_page(ask: Ask) -> None:
    again = ask(page(), cookie=f"{NAME}={VALUE}")["set-cookie"][0]
    assert again.startswith(f"{NAME}={VALUE}; ")
    tls = ask(page(), scheme="https", cookie=f"__Host-{NAME}={VALUE}")["set-cookie"][0]
    assert tls.startswith(f"__Host-{NAME}={VALUE}; ")
    # A page of a subdomain can set a cookie for the host, but none of this name.
    tossed = ask(page(), scheme="https", cookie=f"{NAME}={VALUE}")["set-cookie"][0]
    assert BROWSER not in tossed


def other_secret() -> str:
    return (
        Signer(b"x" * 32, salt="latent-lab visitor", key_derivation="hmac").sign(BROWSER).decode()
    )


@pytest.mark.parametrize(
    "forged",
    [
        "",
        BROWSER,
        f"{BROWSER}.",
        VALUE[:-1],
        VALUE[:-3] + ("AAA" if VALUE[-3:] != "AAA" else "BBB"),
        VALUE.replace("0", "1", 1),
        f"{VALUE}.{VALUE}",
        other_secret(),
        "\xff" * 40,
        "x" * 5000,
    ],
)
def test_a_forged_cookie_names_nobody_and_is_replaced(ask: Ask, forged: str) -> None:
    assert identity_in({NAME: forged}) == ""
    given = ask(page(), cookie=f"{NAME}={forged}")["set-cookie"][0]
    assert BROWSER not in given
    name, _, value = given.partition(";")[0].partition("=")
    assert identity_in({name: value})


@pytest.mark.parametrize(
    "signed", ["local:0", "server", "", "session:0", BROWSER.upper(), "0" * 31]
)
def test_even_signed_a_cookie_names_nothing_but_a_browser(signed: str) -> None:
    name, _, value = cookie_pair(signed).partition("=")
    assert identity_in({name: value}) == ""


def test_only_pages_that_are_asked_for_give_the_cookie(ask: Ask) -> None:
    assert "set-cookie" not in ask(PlainTextResponse("ok"))
    assert "set-cookie" not in ask(page(), method="POST"), "another site's form comes without ours"
    unchanged = Response(status_code=304)
    assert "set-cookie" not in ask(unchanged)
    assert "set-cookie" in ask(unchanged, accept="text/html,*/*;q=0.8"), "the browser has the page"


def test_labs_of_other_secrets_use_other_names_on_the_same_computer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = cookie_name(secret_of(runs_folder()))
    assert here == NAME
    monkeypatch.setenv("LATENT_LAB_SECRET", "f" * 64)
    assert cookie_name(secret_of(runs_folder())) != here
    assert identity_in({NAME: VALUE}) == ""
    assert identity_in({}) == ""


def test_identities_differ() -> None:
    assert len({new_identity() for _ in range(1000)}) == 1000
