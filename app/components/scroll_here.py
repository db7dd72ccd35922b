"""A place in a page to which the browser scrolls once, when something new begins there."""

from __future__ import annotations

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_scroll_here",
    "scroll_here/scroll_here.js",
    html="scroll_here/scroll_here.html",
    isolate_styles=False,
)


def scroll_here(event: str, *, key: str) -> None:
    """Scroll to this place once for each new `event`, unless it is in sight; takes no room.

    Args:
        event: What has begun, such as the id of a run; empty for nothing. A browser tab that has
            scrolled for an event does not do so again, however often the page is drawn.
        key: Streamlit key.
    """
    _mount(key=key, data={"event": event}, height=1)
