"""Tell whether the lab serves nobody but the user of this computer: a lab for one.

All runs are theirs then. `make app` says so by `LATENT_LAB_ALONE` where the lab listens on an
address of this computer alone. A proxy may stand before such an address; who comes through one is
a visitor like any other.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

from streamlit import config

#: What proxies add to a request.
_OF_PROXIES = (
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
)


def is_alone() -> bool:
    """Return whether the lab was started for one user, on an address of this computer alone."""
    address = str(config.get_option("server.address") or "")
    return os.environ.get("LATENT_LAB_ALONE") == "1" and is_loopback(address)


def is_from_here(headers: Mapping[str, str]) -> bool:
    """Return whether a request with these headers comes from this computer, and through no proxy.

    A proxy that hides itself passes on a `Host` other than this computer's, or the lab refuses the
    connection of its pages, whose `Origin` is another one.
    """
    names = {name.lower() for name in headers}
    host = next((value for name, value in headers.items() if name.lower() == "host"), "")
    return not names.intersection(_OF_PROXIES) and is_loopback(_name_of(host))


def is_loopback(address: str) -> bool:
    """Return whether a name or a number is an address that only this computer itself can reach."""
    if address.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
