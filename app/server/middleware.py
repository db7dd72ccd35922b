"""Guards every request before Streamlit sees it: headers, host names, messages and uploads."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config

from app.server.connections import ConnectionLimits
from app.server.identity import VisitorCookie
from app.server.uploads import UploadLimits
from app.server.websockets import WebSocketLimits

_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
# Streamlit puts styles and small scripts into the page, and the code of components into blobs.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "media-src 'self' data: blob:; connect-src 'self' ws://{host} wss://{host} data: blob:; "
    "worker-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors {framed_by}"
)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?", re.IGNORECASE)
#: A site that may frame the lab: exactly one origin, over TLS.
_SITE = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)
#: Counts of sessions and caches, which no page needs.
_CLOSED = "/_stcore/metrics"
#: Names that no public name server answers for.
_LOCAL_ENDINGS = (".localhost", ".local")


class SecurityHeaders:
    """Adds to answers which pages may frame them, by default none, and what a page may load."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.framed_by = framing_sites()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        policy = _POLICY.format(
            host=host if _HOST.fullmatch(host) else "localhost",
            framed_by=" ".join(self.framed_by) or "'none'",
        )
        answered = False

        async def send_with_headers(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                headers = MutableHeaders(scope=message)
                headers.update({**_HEADERS, "Content-Security-Policy": policy})
                if self.framed_by:
                    del headers["X-Frame-Options"]  # which knows no sites
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # Starlette answers outside of all middleware, where the headers would be missing.
            if not answered:
                sentence = "The lab could not answer; its log says why. Try again.\n"
                await PlainTextResponse(sentence, 500)(scope, receive, send_with_headers)
            raise  # for the log


class HostNames:
    """Answers only under names of this computer, and nobody's questions about the server.

    A page of another site can let its own name point to this computer ("DNS rebinding"), and would
    then count as a page of the lab.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.allowed = allowed_hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(_CLOSED):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
            return
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        foreign = scope["type"] == "websocket" and not is_origin_allowed(origin, host)
        if is_host_allowed(host, self.allowed) and not foreign:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            answer = PlainTextResponse(
                f"The lab does not answer under the name {host[:100]!r}. Whoever runs it can allow "
                "the name with LATENT_LAB_HOSTS.\n",
                403,
            )
            await answer(scope, receive, send)


def framing_sites() -> tuple[str, ...]:
    """Return the sites in `LATENT_LAB_FRAMED_BY`, separated by commas, that may frame the lab.

    What is no origin over TLS, such as a star, is left out.
    """
    sites = (site.strip() for site in (os.environ.get("LATENT_LAB_FRAMED_BY") or "").split(","))
    return tuple(site for site in sites if _SITE.fullmatch(site))


def is_origin_allowed(origin: str | None, host: str) -> bool:
    """Return whether a page of this origin may open a connection to the lab at `host`.

    Streamlit also lets in pages that another program of this computer serves on another port, and
    their connections bring the visitor's cookie along. Programs that are no browser send no origin.
    """
    if origin is None or urlsplit(origin).netloc == host:
        return True
    return origin in config.get_option("server.corsAllowedOrigins")


def allowed_hosts() -> frozenset[str]:
    """Return the names of this computer, and those in `LATENT_LAB_HOSTS`, separated by commas.

    These may be addresses, as of a web site (`https://lab.example`); `*` allows every name.
    """
    names = {socket.gethostname(), socket.getfqdn()}
    for text in (os.environ.get("LATENT_LAB_HOSTS") or "").split(","):
        address = text.strip().partition("://")[2] or text.strip()
        names.add(_name_of(address.rstrip("/")) or address)
    return frozenset(name.lower() for name in names if name)


def is_host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Return whether the lab answers under this `Host` of a request.

    Besides the `allowed` names these are addresses of numbers, which cannot be made to point
    elsewhere, and names that no public name server answers for.
    """
    if "*" in allowed:
        return True
    name = _name_of(host)
    if not name:
        return False
    if name in allowed or "." not in name or name.endswith(_LOCAL_ENDINGS):
        return True
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _name_of(host: str) -> str:
    """Return the name in `name:port`, in small letters; empty if it is no host."""
    found = _HOST.fullmatch(host)
    return found[1].lower().rstrip(".") if found else ""


MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(HostNames),
    Middleware(VisitorCookie),
    Middleware(UploadLimits),
    Middleware(ConnectionLimits),
    Middleware(WebSocketLimits),
]
