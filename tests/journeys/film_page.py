"""What a film's page shows, and where on it things are: for the tests of the film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import Locator, Page, WebSocket, expect

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAST = 11  # the frames of the app are 0 to 11, or to 14 with three more
MORE = 14

PIXELS = """canvas => {
  const rgba = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [canvas.height, canvas.width, Array.from(rgba)];
}"""
# Every frame that is shown from now on.
NOTE_FRAMES = """film => {
  window.frames_shown = [];
  const note = () => window.frames_shown.push(Number(film.dataset.frame));
  new MutationObserver(note).observe(film, {attributeFilter: ['data-frame']});
}"""


def film(page: Page) -> Locator:
    return page.locator(".film")


def slider(page: Page) -> Locator:
    return film(page).locator("input")


def frames(page: Page, kind: str) -> list[bytes | str]:
    """Fills with what the page sends to the server, or receives from it."""
    seen: list[bytes | str] = []

    def note(payload: bytes | str) -> None:
        seen.append(payload)

    def listen(socket: WebSocket) -> None:
        socket.on(kind, note)  # type: ignore[call-overload]

    page.on("websocket", listen)
    return seen


def expect_frame(page: Page, frame: int) -> None:
    expect(film(page)).to_have_attribute("data-frame", str(frame), timeout=30_000)


def rgba(page: Page, strip: int) -> NDArray[np.uint8]:
    """What a strip shows now, (H, W, 4)."""
    height, width, values = page.locator(".film .picture").nth(strip).evaluate(PIXELS)
    return np.array(values, np.uint8).reshape(height, width, 4)


def known(frame: int, *, shift: int = 0) -> NDArray[np.uint8]:
    """The levels of the first strip's picture, as the app makes them."""
    row, column = np.ogrid[:56, :280]
    return ((7 * frame + 3 * row + column + shift) % 256).astype(np.uint8)


def x_of(page: Page, frame: int) -> float:
    """Where on the slider a frame is."""
    box = slider(page).bounding_box()
    assert box is not None
    thumb = 12
    return box["x"] + thumb / 2 + (box["width"] - thumb) * frame / LAST
