"""The button that copies the address of the page."""

from __future__ import annotations

from collections.abc import Sequence

from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_copy_link",
    "copy_link/copy_link.js",
    html="copy_link/copy_link.html",
    css=("copy_link/copy_link.css",),
)


def copy_link(
    *, steps: Sequence[str], always_there: Sequence[str], in_browser: Sequence[str]
) -> None:
    """Draw the button. While it is on the page, the browser keeps the whole address.

    Args:
        steps: The parameters whose change is a step in the browser's history. All others replace
            the address that is there, so that Back does not go through every value of a slider.
        always_there: Those steps that each page completes by itself, which is no step.
        in_browser: The parameters that components keep.
    """
    data = {
        "steps": list(steps),
        "alwaysThere": list(always_there),
        "inBrowser": list(in_browser),
    }
    _mount(key="copy-link", data=data)
