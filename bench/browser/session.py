"""A visitor without a browser: Streamlit's own WebSocket messages, so that thirty fit one process.

It does what a page does: it requests a page, receives it, and requests it again when a timer of the
page says so. It loads no pictures and draws nothing. The messages are internal to Streamlit and
change with its version; this module fits the pinned one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

#: How long an answer may take before it counts as none.
PATIENCE = 60.0
_MAX_HASHES = 50


@dataclass(frozen=True)
class Answer:
    """What a page was: the time until it was complete, the texts on it, the errors among them."""

    seconds: float
    texts: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass
class _Page:
    """What has come of the page that was asked for last."""

    asked: float
    done: asyncio.Future[Answer]
    texts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Session:
    """One open page of the server at `url`, an http address.

    async with Session(url) as session:
        answer = await session.open("tsne")

    It comes without a cookie, or as the browser that has this one. `resumed` is the id of a session
    to go on with.
    """

    def __init__(self, url: str, cookie: str = "", resumed: str = "") -> None:
        self._url = url
        self._cookie = cookie
        self._resumed = resumed
        self._hashes: dict[str, None] = {}
        self._pages: dict[str, str] = {}
        self._current = ""
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._page: _Page | None = None
        #: Where components are: by their key, the identifiers of their widget and their fragment.
        self._components: dict[str, tuple[str, str]] = {}
        self._moved: tuple[str, _Page] | None = None
        self._running: set[str] = set()
        self.id = ""
        self.bytes = 0
        self.fragments = 0

    async def __aenter__(self) -> Self:
        self._socket: ClientConnection = await connect(
            self._url.replace("http", "ws", 1) + "/_stcore/stream",
            subprotocols=self._protocols(),  # type: ignore[arg-type]
            additional_headers={"Cookie": self._cookie} if self._cookie else None,
            origin=self._url,  # type: ignore[arg-type]
            max_size=None,
            ping_interval=None,
            compression=None,
            open_timeout=PATIENCE,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_timers()
        self._reader.cancel()
        await self._socket.close()

    def _protocols(self) -> list[str]:
        return ["streamlit", "no-token", self._resumed] if self._resumed else ["streamlit"]

    async def send(self, message: BackMsg) -> None:
        """Send any message, also one that no page sends."""
        await self._socket.send(message.SerializeToString())

    async def open(self, page: str = "", query: str = "") -> Answer:
        """Go to a page by its name, as a click in the navigation does; the first page is "".

        Raises:
            TimeoutError: no answer within PATIENCE.
            ConnectionError: the server closed the connection.
        """
        self._stop_timers()
        self._page = _Page(time.perf_counter(), asyncio.get_running_loop().create_future())
        self._current = self._pages.get(page, "")
        await self._ask(query=query, page_name="" if self._current else page)
        return await asyncio.wait_for(self._page.done, PATIENCE)

    async def move(self, key: str, state: object) -> Answer:
        """Give the component of this key a new state, as if a visitor had moved it.

        The answer is complete when the component's fragment has run.

        Raises:
            KeyError: there is no such component on the page.
            TimeoutError: no answer within PATIENCE.
        """
        widget, fragment = self._components[key]
        page = _Page(time.perf_counter(), asyncio.get_running_loop().create_future())
        self._moved = (fragment, page)
        await self._ask(fragment=fragment, widget=widget, state=json.dumps(state))
        return await asyncio.wait_for(page.done, PATIENCE)

    async def _ask(
        self,
        query: str = "",
        page_name: str = "",
        fragment: str = "",
        auto: bool = False,
        widget: str = "",
        state: str = "",
    ) -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name = query, page_name
        rerun.page_script_hash, rerun.fragment_id, rerun.is_auto_rerun = (
            self._current,
            fragment,
            auto,
        )
        if widget:
            moved = rerun.widget_states.widgets.add()
            moved.id, moved.json_value = widget, state
        rerun.cached_message_hashes.extend(list(self._hashes)[-_MAX_HASHES:])
        await self.send(message)

    async def _read(self) -> None:
        try:
            async for raw in self._socket:
                assert isinstance(raw, bytes)
                self.bytes += len(raw)
                message = ForwardMsg()
                message.ParseFromString(raw)
                self._take(message)
        finally:
            if self._page is not None and not self._page.done.done():
                self._page.done.set_exception(ConnectionError("The server closed the connection."))

    def _take(self, message: ForwardMsg) -> None:
        if message.metadata.cacheable and message.hash:
            self._hashes[message.hash] = None
        kind = message.WhichOneof("type")
        if kind == "navigation":
            pages = message.navigation.app_pages
            self._pages = {page.url_pathname: page.page_script_hash for page in pages}
        elif kind == "new_session":
            self.id = message.new_session.initialize.session_id
            self._current = message.new_session.page_script_hash
            self._running = set(message.metadata.run.fragment_ids)
            if not self._running:  # the whole page, which sets its timers anew
                self._stop_timers()
                self._components.clear()
        elif kind == "auto_rerun":
            self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop_timer(fragment)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._note(message)
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                _complete(self._page)
            else:
                self.fragments += 1
                if self._moved is not None and self._moved[0] in self._running:
                    _complete(self._moved[1])

    def _note(self, message: ForwardMsg) -> None:
        element, page = message.delta.new_element, self._page
        if self._moved is not None and self._moved[0] in self._running:
            page = self._moved[1]
        if element.WhichOneof("type") == "bidi_component":
            widget = element.bidi_component.id
            key = widget.split("-", 2)[-1]  # $$ID-<hash>-<key>
            self._components[key] = (widget, message.delta.fragment_id)
        if page is None:
            return
        if element.WhichOneof("type") == "exception":
            page.errors.append(element.exception.message)
        elif element.WhichOneof("type") == "alert":
            page.texts.append(element.alert.body)
        elif element.WhichOneof("type") in ("markdown", "heading"):
            page.texts.append(getattr(element, element.WhichOneof("type") or "").body)

    def _start_timer(self, fragment: str, interval: float) -> None:
        async def tick() -> None:
            with contextlib.suppress(Exception):  # a connection that is gone ends its timers
                while True:
                    await asyncio.sleep(interval)
                    await self._ask(fragment=fragment, auto=True)

        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(tick())

    def _stop_timer(self, fragment: str) -> None:
        if timer := self._timers.pop(fragment, None):
            timer.cancel()

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)


def _complete(page: _Page | None) -> None:
    if page is not None and not page.done.done():
        seconds = time.perf_counter() - page.asked
        page.done.set_result(Answer(seconds, tuple(page.texts), tuple(page.errors)))


@contextlib.asynccontextmanager
async def sessions(url: str, count: int) -> AsyncIterator[list[Session]]:
    """Open `count` connections at once, without a page yet."""
    async with contextlib.AsyncExitStack() as stack:
        made = [stack.enter_async_context(Session(url)) for _ in range(count)]
        yield list(await asyncio.gather(*made))
