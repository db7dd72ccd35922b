"""Limits how many visitors the lab takes at a time."""

from __future__ import annotations

import itertools
import os

import streamlit as st
from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from app.server.visitor import browser_of, owns_session

#: In which order the sessions came. Who loses the connection and comes back keeps the place.
_arrivals: dict[str, int] = {}
_numbers = itertools.count()
#: Pages that may be open at a time, where the environment says nothing else.
DEFAULT_VISITORS = 100
#: One browser must not take all places of a class.
MAX_PAGES_OF_A_BROWSER = 10
#: When so many are remembered, those whose pages are closed are forgotten.
_MANY = 2000


def max_visitors() -> int:
    """Return the most pages that may be open at a time: `LATENT_LAB_VISITORS`.

    Raises:
        ValueError: it is not a whole number from 1 on.
    """
    text = os.environ.get("LATENT_LAB_VISITORS") or str(DEFAULT_VISITORS)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise ValueError(f"LATENT_LAB_VISITORS (={text}) must be a whole number from 1 to 100000.")
    return int(text)


def limit_visitors() -> None:
    """End the page with a sentence if `max_visitors` pages that were opened earlier are still open,
    or `MAX_PAGES_OF_A_BROWSER` of this visitor's.

    Such a page costs the server next to nothing, since it asks for nothing more.
    """
    most = max_visitors()
    here, open_pages = _open_pages()
    if here is None:
        return  # outside a server
    browser = browser_of(st.context.cookies)
    mine = _arrivals.setdefault(here, next(_numbers))
    if len(_arrivals) > _MANY:
        for gone in _arrivals.keys() - open_pages:
            _arrivals.pop(gone, None)
    earlier = {other for other in open_pages if _arrivals.get(other, mine) < mine}
    before, own = len(earlier), sum(owns_session(browser, other) for other in earlier)
    if own >= MAX_PAGES_OF_A_BROWSER:
        _arrivals.pop(here, None)  # it takes nobody else's place
        st.warning(
            f"{own} pages of the lab are open in your browser, which is the most of one visitor. "
            "Close one of them and reload this page.",
            icon=":material/tab_close:",
        )
        st.stop()
    if before >= most:
        st.warning(
            f"The lab is full: {before} pages are open, and it takes {most}. Close other tabs of "
            "it, or reload this page in a minute.",
            icon=":material/groups:",
        )
        st.stop()


def _open_pages() -> tuple[str | None, set[str]]:
    """Return the ids of this session and of all with an open page; none outside a server."""
    here = get_script_run_ctx()
    # Streamlit has no public way to count them.
    sessions = getattr(Runtime.instance(), "_session_mgr", None) if exists() else None
    if here is None or not isinstance(sessions, WebsocketSessionManager):
        return None, set()
    return here.session_id, {info.session.id for info in sessions.list_active_sessions()}
