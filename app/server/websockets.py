"""Limits what a client may send over its WebSocket, and which session it may go on with."""

from __future__ import annotations

import asyncio

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

from app.server.visitor import browser_of, owns_session

#: The messages that pages of the lab send. Others would, for one, empty the caches of everybody.
KINDS = frozenset({"rerun_script", "file_urls_request", "backend_operation_request"})
#: Of the last kind, the one that fetches a file which is made when it is asked for.
OPERATION = "deferred_file"
#: Names of files in one message; Your digit takes as many pictures.
MAX_FILES = 20
#: Characters of the identifiers in one message; Streamlit's have some dozens.
MAX_IDS = 200
#: Messages a second that are read of one page, after a first few. What is dragged sends fewer.
MESSAGES_PER_SECOND = 50
FIRST_MESSAGES = 100
_PROTOCOL = "sec-websocket-protocol"


class WebSocketLimits:
    """Passes on the messages that the pages need, and no more of them than a visitor can cause."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        due = 0.0  # when as many messages as came may have come, at this rate

        async def receive_limited() -> Message:
            nonlocal due
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                due = max(due, clock()) + 1 / MESSAGES_PER_SECOND
                early = due - clock() - FIRST_MESSAGES / MESSAGES_PER_SECOND
                if early > 0:
                    await asyncio.sleep(early)  # the client waits, nobody else
                if is_needed(message.get("bytes") or b""):
                    return message

        await self.app(only_own_session(scope), receive_limited, send)


def is_needed(data: bytes) -> bool:
    """Return whether a page of the lab may send this, or Streamlit itself refuses it."""
    if len(data) > get_max_widget_state_size_bytes():
        return True
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "file_urls_request":
        return len(message.file_urls_request.file_names) <= MAX_FILES
    if kind == "backend_operation_request":
        request = message.backend_operation_request
        known = request.WhichOneof("payload") == OPERATION
        # Streamlit logs the identifiers of what it does not find.
        return known and len(request.request_id + request.deferred_file.file_id) <= MAX_IDS
    return kind in KINDS


def asks_for_page(data: bytes) -> bool:
    """Return whether this message asks for a page, as the first one of every page does."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    return message.WhichOneof("type") == "rerun_script"


def only_own_session(scope: Scope) -> Scope:
    """Return the scope of a connection, without the session it asks for if that is another's."""
    parts = _protocols(scope)
    if len(parts) < 3 or resumed_session(scope):
        return scope
    headers = MutableHeaders(raw=list(scope["headers"]))
    headers[_PROTOCOL] = ", ".join(parts[:2])
    return {**scope, "headers": headers.raw}


def resumed_session(scope: Scope) -> str:
    """Return the id of the session that a connection goes on with; empty if it is a new one.

    The third of its protocols is the id of the session that a page had before it lost the
    connection. Whoever knows an id, as from a log or a shared screen, must not get the session.
    """
    parts = _protocols(scope)
    own = len(parts) > 2 and owns_session(browser_of(HTTPConnection(scope).cookies), parts[2])
    return parts[2] if own else ""


def _protocols(scope: Scope) -> list[str]:
    return [part.strip() for part in Headers(scope=scope).get(_PROTOCOL, "").split(",")]
