"""Who a visitor is, and whose a session is."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping

import streamlit as st
from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx

from app.server.alone import is_alone, is_from_here
from app.server.identity import identity_in
from core.runs.rights import local_user

#: The browser of each session, by the session's id, the latest last.
_browsers: OrderedDict[str, str] = OrderedDict()
#: So many sessions are remembered. One that is forgotten starts afresh when it comes back.
_MANY = 5000


def visitor() -> str:
    """Return the identity of this visitor, which owns the runs that are started here.

    It is that of the cookie which came with the connection, at each run: a session that was handed
    to another browser must not keep its owner's rights. Without cookies each session is a visitor.
    In a lab for one it is that of the computer's user.
    """
    if is_for_one():
        return local_user()
    return browser_of(st.context.cookies) or _of_session(session_id())


def is_for_one() -> bool:
    """Return whether this page is one of a lab for one, where everything belongs to its user."""
    return is_alone() and is_from_here(st.context.headers)


def browser_of(cookies: Mapping[str, str]) -> str:
    """Return the identity of the browser with these cookies; empty if none of them is ours."""
    return identity_in(cookies)


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


def _of_session(session_id: str) -> str:
    """Return the identity of a session without cookies, which no cookie can name."""
    return f"session:{hashlib.sha256(session_id.encode()).hexdigest()[:32]}"
