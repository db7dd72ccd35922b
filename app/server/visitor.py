"""Who a visitor is, and whose a session is."""

from __future__ import annotations

import hashlib
import itertools
from collections import OrderedDict
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx

_COOKIE = "_streamlit_xsrf"
#: The browser of each session, by the session's id, the latest last.
_browsers: OrderedDict[str, str] = OrderedDict()
#: So many sessions are remembered. One that is forgotten starts afresh when it comes back.
_MANY = 5000


def visitor() -> str:
    """Return a name for this visitor's browser; it survives a reload and identifies nobody.

    It is that of the cookie which came with the connection, at each run: a session that was handed
    to another browser must not keep its owner's rights. Without cookies each session is a visitor.
    """
    return browser_of(st.context.cookies) or _hash(session_id().encode())


def browser_of(cookies: Mapping[str, str]) -> str:
    """Return the name of the browser that sends these cookies; empty if it sends none of ours."""
    secret = _browser_secret(cookies.get(_COOKIE, ""))
    return _hash(secret) if secret else ""


def remember_session() -> None:
    """Note whose this session is: of the browser that opened it."""
    _browsers.setdefault(session_id(), browser_of(st.context.cookies))
    while len(_browsers) > _MANY:
        _browsers.popitem(last=False)


def browser_of_session(session_id: str) -> str:
    """Return the name of the browser that opened this session; empty if nobody knows it."""
    return _browsers.get(session_id, "")


def owns_session(browser: str, session_id: str) -> bool:
    """Return whether this browser opened the session."""
    return bool(browser) and browser_of_session(session_id) == browser


def is_open(session: str) -> bool:
    """Return whether somebody looks at the page of this session; True outside a server."""
    return not exists() or Runtime.instance().is_active_session(session)


def session_id() -> str:
    """Return the id of this session; empty outside a page."""
    context = get_script_run_ctx()
    return context.session_id if context else ""


def _hash(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()[:16]


def _browser_secret(cookie: str) -> bytes:
    """Return the random bytes in Streamlit's cookie against cross-site requests, one per browser.

    They are `2|mask|masked bytes|time` in hexadecimal, with a new mask at every page load.
    """
    try:
        _, mask, masked, _ = cookie.strip('"').split("|")
        pad = itertools.cycle(bytes.fromhex(mask))
        return bytes(byte ^ key for byte, key in zip(bytes.fromhex(masked), pad, strict=False))
    except ValueError:
        return b""
