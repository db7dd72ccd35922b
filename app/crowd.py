"""How many visitors the lab takes at a time."""

from __future__ import annotations

import os
import threading

import streamlit as st
from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

#: The sessions that have been let in.
_seated: set[str] = set()
_lock = threading.Lock()


def most_visitors() -> int:
    """The most pages that may be open at a time: `LATENT_LAB_VISITORS` (100).

    Raises:
        ValueError: it is not a whole number from 1 on.
    """
    text = os.environ.get("LATENT_LAB_VISITORS") or "100"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise ValueError(f"LATENT_LAB_VISITORS (={text}) must be a whole number from 1 to 100000.")
    return int(text)


def stop_if_crowded() -> None:
    """Ends the page with a sentence where as many others are in already as may be.

    Such a page costs the server next to nothing, since it asks for nothing more. Who is in stays in
    while the page is open, whoever comes.
    """
    most = most_visitors()
    here, open_pages = _open_pages()
    if here is None:
        return  # outside a server
    with _lock:
        _seated.intersection_update(open_pages)
        if here not in _seated and len(_seated) < most:
            _seated.add(here)
        if here in _seated:
            return
        taken = len(_seated)
    st.warning(
        f"The lab is full: {taken} pages are open, and it takes {most}. Close other tabs of it, or "
        "reload this page in a minute.",
        icon=":material/groups:",
    )
    st.stop()


def _open_pages() -> tuple[str | None, set[str]]:
    """This session and all that have an open page; none outside a server."""
    here = get_script_run_ctx()
    # Streamlit has no public way to count them.
    sessions = getattr(Runtime.instance(), "_session_mgr", None) if exists() else None
    if here is None or not isinstance(sessions, WebsocketSessionManager):
        return None, set()
    return here.session_id, {info.session.id for info in sessions.list_active_sessions()}
