"""How many visitors the lab takes at a time."""

from __future__ import annotations

import os

import streamlit as st
from streamlit.runtime import Runtime, exists
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager


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
    """Ends the page with a sentence where as many others were opened before it as may be.

    Such a page costs the server next to nothing, since it asks for nothing more.
    """
    most = most_visitors()
    if len(before := _pages_open_before()) >= most:
        st.warning(
            f"The lab is full: {len(before)} pages are open, and it takes {most}. Close other tabs "
            "of it, or reload this page in a minute.",
            icon=":material/groups:",
        )
        st.stop()


def _pages_open_before() -> list[str]:
    """The sessions with an open page that began before this one; none outside a server."""
    here = get_script_run_ctx()
    # Streamlit has no public way to count them.
    sessions = getattr(Runtime.instance(), "_session_mgr", None) if exists() else None
    if here is None or not isinstance(sessions, WebsocketSessionManager):
        return []
    ids = [info.session.id for info in sessions.list_active_sessions()]  # in order of their start
    return ids[: ids.index(here.session_id)] if here.session_id in ids else ids
