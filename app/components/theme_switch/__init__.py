"""A switch between the light theme, the dark one, and the system's own."""

from __future__ import annotations

from collections.abc import Sequence

from streamlit.components.v2 import component

from app.components.sources import read

_mount = component(
    "latent_lab_theme_switch",
    html=read("theme_switch", "theme_switch.html"),
    css=read("theme_switch", "theme_switch.css"),
    js=read("theme_switch", "theme_switch.js"),
)


def theme_switch(pages: Sequence[str]) -> None:
    """Draw the switch; the browser keeps the choice, and Python need not know of it.

    Args:
        pages: The last part of each page's address. Streamlit looks for the choice under the
            address at which a visit begins, so it is kept for every page.
    """
    _mount(key="theme-switch", data={"pages": list(pages)})
