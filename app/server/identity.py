"""The identity of a browser: random, signed by the server, and kept by the browser in a cookie.

The cookie names no person. It is signed, so that nobody can take the identity of another, which
stands in the `run.json` of every run. It lasts for as long as browsers keep a cookie, also when the
lab starts again.

Over TLS it is sent in a frame of another site as well, in browsers that refuse cookies of third
parties: it is "partitioned" (CHIPS), so that a browser has one identity for each site that frames
the lab, and none that these sites could share.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache

from itsdangerous import BadSignature, Signer
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.runs.folders import runs_folder
from core.runs.secret import secret_of

#: Seconds for which a browser keeps the cookie after its last visit: the most that Chromium allows.
MAX_AGE = 400 * 24 * 60 * 60
#: Browsers take a cookie of this name only over TLS and only from the host itself, so that no page
#: of a subdomain can give a visitor an identity.
_OF_HOST = "__Host-"
_NAME = "latent-lab"
_SALT = "latent-lab visitor"
_IDENTITY = re.compile(r"[0-9a-f]{32}")


def identity_in(cookies: Mapping[str, str]) -> str:
    """Return the identity that these cookies hold; empty if none of them is a valid one of ours."""
    if not cookies:
        return ""
    secret = _secret()
    name = cookie_name(secret)
    return _identity(secret, cookies.get(_OF_HOST + name) or cookies.get(name) or "")


def new_identity() -> str:
    """Return an identity that no browser has: 128 random bits in hexadecimal."""
    return secrets.token_hex(16)


def cookie_pair(identity: str, *, tls: bool = False) -> str:
    """Return the name and the value of the cookie of this identity, as `name=value`."""
    secret = _secret()
    name = cookie_name(secret)
    return f"{_OF_HOST if tls else ''}{name}={_signer(secret).sign(identity).decode()}"


def cookie_name(secret: bytes) -> str:
    """Return the name of the cookie of the lab with this secret.

    A browser sends the cookies of a computer to all of its ports, and each lab has a secret of its
    own: with one name, two labs on one computer would replace each other's cookie.
    """
    return f"{_NAME}-{hashlib.sha256(_SALT.encode() + secret).hexdigest()[:8]}"


class VisitorCookie:
    """Gives a browser its identity with the first page, and renews the cookie with every page.

    The page then opens its connection with the cookie. One that is forged or of another secret is
    replaced.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            # Another site may have sent a form, with which browsers send no cookie.
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message, connection):
                headers = MutableHeaders(scope=message)
                headers.append("Set-Cookie", _cookie(connection))
                headers["Cache-Control"] = "private, no-cache"  # nobody else's cache may keep it
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _cookie(connection: HTTPConnection) -> str:
    """Return the `Set-Cookie` of an answer: the identity that the browser has, or a new one."""
    tls = is_encrypted(connection)
    # Over TLS the other cookie does not count: a page of a subdomain may have set it.
    secret = _secret()
    name = (_OF_HOST if tls else "") + cookie_name(secret)
    identity = _identity(secret, connection.cookies.get(name, "")) or new_identity()
    sent = "Secure; SameSite=None; Partitioned" if tls else "SameSite=Lax"
    return f"{cookie_pair(identity, tls=tls)}; Path=/; Max-Age={MAX_AGE}; HttpOnly; {sent}"


def is_encrypted(connection: HTTPConnection) -> bool:
    """Return whether the browser asks over TLS, of the lab itself or of a proxy before it.

    Who lies about it in a header gets a cookie that their own browser does not take.
    """
    forwarded = connection.headers.get("x-forwarded-proto", "").split(",")[0].strip().lower()
    return connection.scope.get("scheme") in ("https", "wss") or forwarded == "https"


def _is_page(message: Message, connection: HTTPConnection) -> bool:
    """Return whether an answer is a page, or says that the browser's copy of a page still holds."""
    if message["status"] == 304:
        return "text/html" in connection.headers.get("accept", "")
    return MutableHeaders(scope=message).get("content-type", "").startswith("text/html")


def _secret() -> bytes:
    runs = runs_folder()
    with suppress(ValueError):  # of the environment: the page says what is wrong with it
        return secret_of(runs)
    return _of_this_process()


@lru_cache(maxsize=1)
def _of_this_process() -> bytes:
    return secrets.token_bytes(32)


@lru_cache(maxsize=8)
def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt=_SALT, key_derivation="hmac", digest_method=hashlib.sha256)


# Lists of runs ask for each of their lines.
@lru_cache(maxsize=4096)
def _identity(secret: bytes, value: str) -> str:
    """Return the identity in a cookie's value; empty if it was not signed with this secret."""
    try:
        identity = _signer(secret).unsign(value).decode()
    except (BadSignature, UnicodeError):
        return ""
    return identity if _IDENTITY.fullmatch(identity) else ""
