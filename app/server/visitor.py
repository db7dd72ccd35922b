"""Who a visitor is."""

from __future__ import annotations

import hashlib
import itertools
import uuid

import streamlit as st


def visitor() -> str:
    """Return a name for this visitor's browser; it survives a reload and identifies nobody."""
    if "visitor" not in st.session_state:
        secret = _browser_secret(st.context.cookies.get("_streamlit_xsrf", ""))
        st.session_state.visitor = hashlib.sha256(secret or uuid.uuid4().bytes).hexdigest()[:16]
    return st.session_state.visitor


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
