"""Pages that frame the lab, names that point to it, sessions that are another's."""

from __future__ import annotations

import asyncio
import http.client
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.server import connections, visitor
from app.server.connections import ConnectionLimits
from app.server.identity import cookie_pair
from app.server.middleware import MIDDLEWARE, allowed_hosts, is_host_allowed
from bench.browser.server import Server
from bench.browser.session import Session
from tests.support.coroutines import result_of


def get(lab: Server, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
    connection = http.client.HTTPConnection(urlsplit(lab.url).netloc, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, answer.headers, body


@pytest.mark.parametrize(
    "path",
    ["/", "/tsne", "/_stcore/health", "/_stcore/host-config", "/media/none.png", "/component/x/y"],
)
def test_no_answer_may_be_framed(lab: Server, path: str) -> None:
    _, headers, _ = get(lab, path)
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'self'" in headers["Content-Security-Policy"]


def test_an_answer_that_fails_may_not_be_framed_either() -> None:
    async def fail(request: Request) -> Response:
        raise RuntimeError("a fault of the lab")

    app = Starlette(routes=[Route("/x", fail)], middleware=MIDDLEWARE)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [(b"host", b"localhost")]}
    with pytest.raises(RuntimeError, match="a fault"):  # it comes into the log
        result_of(app(scope, receive, send))
    headers = dict(sent[0]["headers"])
    assert sent[0]["status"] == 500
    assert headers[b"x-frame-options"] == b"DENY"
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert b"".join(part["body"] for part in sent[1:]).startswith(b"The lab could not answer")


def test_no_page_around_the_lab_may_send_it_orders(lab: Server) -> None:
    _, _, body = get(lab, "/_stcore/host-config")
    assert '"allowedOrigins":[]' in body


def test_counts_of_sessions_are_nobody_s_business(lab: Server) -> None:
    status, _, body = get(lab, "/_stcore/metrics")
    assert status == 404
    assert "sessions" not in body


def test_a_foreign_name_that_points_to_the_lab_gets_no_answer(lab: Server) -> None:
    status, _, body = get(lab, "/", Host="lab.evil.example")
    assert status == 403
    assert "'lab.evil.example'" in body
    assert "LATENT_LAB_HOSTS" in body

    async def call() -> int:
        port = urlsplit(lab.url).port
        try:
            async with connect(
                f"ws://lab.evil.example:{port}/_stcore/stream",
                host="127.0.0.1",
                origin="http://lab.evil.example",  # type: ignore[arg-type]
            ):
                return 101
        except InvalidStatus as refusal:
            return refusal.response.status_code

    assert result_of(call()) == 403


@pytest.mark.parametrize(
    ("host", "answers"),
    [
        ("localhost:8501", True),
        ("127.0.0.1", True),
        ("192.168.1.7:8501", True),
        ("[::1]:8501", True),
        ("teacher-pc", True),
        ("teacher-pc.local:80", True),
        ("lab.school.example", True),
        ("LAB.school.example.", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("lab.school.example.evil.example", False),
        ("user@localhost", False),
        ("localhost/../x", False),
        ("localhost:80:80", False),
        ("", False),
    ],
)
def test_the_lab_answers_under_names_that_nobody_can_point_to_it(
    host: str, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LATENT_LAB_HOSTS", "https://lab.school.example/, :80")
    assert is_host_allowed(host, allowed_hosts()) == answers


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://localhost:{other}", 403), ("http://127.0.0.1:{other}", 403), ("null", 403)],
)
def test_a_page_that_another_program_here_serves_gets_no_connection(
    lab: Server, origin: str, status: int
) -> None:
    async def call() -> int:
        port = urlsplit(lab.url).port or 0
        address = lab.url.replace("http", "ws") + "/_stcore/stream"
        try:
            async with connect(address, origin=origin.format(other=port + 1)):  # type: ignore[arg-type]
                return 101
        except InvalidStatus as refusal:
            return refusal.response.status_code

    assert result_of(call()) == status


def test_a_star_allows_every_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_host_allowed("evil.example", allowed_hosts())
    monkeypatch.setenv("LATENT_LAB_HOSTS", "*")
    assert is_host_allowed("evil.example", allowed_hosts())


OWNER, THIEF = cookie_pair("0" * 32), cookie_pair("0123456789abcdef" * 2)


def test_a_session_goes_on_for_its_own_browser_alone(lab: Server) -> None:
    async def session_id(of: str, resumed: str = "") -> str:
        async with Session(lab.url, of, resumed) as session:
            await session.open()
            return session.id

    async def attack() -> None:
        async with Session(lab.url, OWNER) as owner:
            await owner.open()
            assert await session_id(THIEF, owner.id) != owner.id, "while its owner is connected"
            assert await session_id("", owner.id) != owner.id
        assert await session_id(THIEF, owner.id) != owner.id, "after its owner has left"
        assert await session_id(OWNER, owner.id) == owner.id, "who lost the connection"

    result_of(attack())


def test_connections_of_one_browser_have_an_end_and_those_of_another_room(lab: Server) -> None:
    async def attack() -> None:
        async with AsyncExitStack() as stack:
            for _ in range(connections.MAX_OF_A_BROWSER):
                await stack.enter_async_context(Session(lab.url, THIEF))
            with pytest.raises(InvalidStatus, match="403"):
                await stack.enter_async_context(Session(lab.url, THIEF))
            other = await stack.enter_async_context(Session(lab.url, OWNER))
            assert (await other.open()).texts
        # Those that are closed leave room.
        async with Session(lab.url, THIEF) as session:
            assert (await session.open()).texts

    result_of(attack())


RERUN = BackMsg()
RERUN.rerun_script.SetInParent()


def received(first: list[bytes], resumed: bool = False) -> list[str]:
    """The messages that Streamlit gets of a client which sends these and then nothing more."""
    kinds: list[str] = []
    done = asyncio.Event()

    async def client() -> Message:
        if first:
            return {"type": "websocket.receive", "bytes": first.pop(0)}
        done.set()
        await asyncio.sleep(1000)  # until it is cancelled
        raise AssertionError

    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        while not kinds or kinds[-1] != "websocket.disconnect":
            kinds.append((await receive())["type"])

    async def send(message: Message) -> None: ...

    async def attack() -> None:
        protocols = b"streamlit, token, an-id" if resumed else b"streamlit"
        headers = [(b"sec-websocket-protocol", protocols), (b"cookie", OWNER.encode())]
        scope = {"type": "websocket", "headers": headers}
        connection = asyncio.create_task(ConnectionLimits(streamlit)(scope, client, send))
        await done.wait()
        for _ in range(10):  # the time of those that have an end is over at once
            await asyncio.sleep(0)
        connection.cancel()

    result_of(attack())
    return kinds


def test_a_connection_that_asks_for_no_page_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "PATIENCE", 0.0)
    assert received([b"\xff"])[-1] == "websocket.disconnect"
    assert received([RERUN.SerializeToString()]) == ["websocket.receive"]
    assert received([], resumed=True) == ["websocket.disconnect"], "nobody's session"
    browser = "0" * 32
    monkeypatch.setattr(visitor, "browser_of_session", lambda session: browser)
    assert received([], resumed=True) == []
