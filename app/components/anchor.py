"""Scrolling to the heading that the address of a page names, such as `glossary#kl`."""

from __future__ import annotations

from app.components.mount import browser_component

_mount = browser_component("latent_lab_anchor", "anchor/anchor.js")


def scroll_to_anchor() -> None:
    """Keep the named heading in view while the page loads; the component takes no room.

    Streamlit scrolls once, when the heading appears; what is drawn later, and fonts that load
    later, then move the heading out of view.
    """
    _mount(key="anchor", height="content")
