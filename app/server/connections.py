"""Limits how many connections are open, also those whose page never asks for anything."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.server.visitor import browser_of
from app.server.visitor_limit import DEFAULT_VISITORS, max_visitors
from app.server.websockets import asks_for_page, resumed_session

#: Connections of one browser. Pages beyond `MAX_PAGES_OF_A_BROWSER` are open, too: they show why
#: there is no more.
MAX_OF_A_BROWSER = 40
#: Connections of all that send no cookie, as programs that are no browsers.
MAX_WITHOUT_COOKIE = 250
#: Connections in all, besides as many as there may be visitors. Who comes to a full lab has one.
MAX_MORE = 400
#: Seconds in which a page asks for its content, which it does as soon as it is connected.
PATIENCE = 30.0


class ConnectionLimits:
    """Refuses connections beyond these numbers, and ends those that ask for no page in time.

    `limit_visitors` counts the others. A session that goes on has its page already.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        browser = browser_of(HTTPConnection(scope).cookies)
        if not self._has_room(browser):
            await WebSocketClose(code=1013)(scope, receive, send)  # try again later
            return
        self._open[browser] += 1
        try:
            await self.app(scope, _limited(receive, bool(resumed_session(scope))), send)
        finally:
            self._open[browser] -= 1
            if not self._open[browser]:
                del self._open[browser]

    def _has_room(self, browser: str) -> bool:
        visitors = DEFAULT_VISITORS
        with suppress(ValueError):  # of the environment: the page says what is wrong with it
            visitors = max_visitors()
        most = MAX_OF_A_BROWSER if browser else MAX_WITHOUT_COOKIE
        return self._open[browser] < most and self._open.total() < visitors + MAX_MORE


def _limited(receive: Receive, has_page: bool) -> Receive:
    """Return a `receive` that tells of a disconnection when no page is asked for in time."""
    end = asyncio.get_running_loop().time() + PATIENCE

    async def receive_in_time() -> Message:
        nonlocal has_page
        if has_page:
            return await receive()
        try:
            async with asyncio.timeout_at(end):
                message = await receive()
        except TimeoutError:
            return {"type": "websocket.disconnect", "code": 1008}
        has_page = asks_for_page(message.get("bytes") or b"")
        return message

    return receive_in_time
