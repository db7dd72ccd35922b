"""Addresses that the lab answers besides Streamlit's own, and who may ask for them."""

from __future__ import annotations

from starlette.requests import Request
from streamlit import config

#: The `Cache-Control` of what never changes under its address.
FOREVER = "private, max-age=31536000, immutable"


def under_base(path: str) -> str:
    """Return a path, which begins with a slash, under the base path that the lab is served at."""
    base = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}{path}" if base else path


def is_from_elsewhere(request: Request) -> bool:
    """Return whether a page of another site had a visitor's browser ask."""
    return request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
