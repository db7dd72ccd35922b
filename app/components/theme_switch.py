"""A switch between the light theme, the dark one, and the system's own."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_theme_switch",
    "theme_switch/theme_switch.js",
    html="theme_switch/theme_switch.html",
    css=("theme_switch/theme_switch.css",),
)


def theme_switch(pages: Sequence[str]) -> None:
    """Draw the switch; the browser keeps the choice, and Python need not know of it.

    Args:
        pages: The last part of each page's address. Streamlit looks for the choice under the
            address at which a visit begins, so it is kept for every page.
    """
    _mount(key="theme-switch", data={"pages": list(pages)})
