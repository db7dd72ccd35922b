"""What the journeys over latent components share: the page's digit, its numbers, the mouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import FloatRect, Locator, Page, expect

APP = Path(__file__).parent / "apps" / "latent_app.py"

# Notes when the large digit, the first of its component, is drawn.
COUNT_PICTURES = """
  window.pictures = [];
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    const stage = this.canvas.closest('.stage');
    if (this.canvas === stage?.querySelector('canvas')) window.pictures.push(performance.now());
    return put.apply(this, given);
  };
"""
GREY = """canvas => {
  const rgba = canvas.getContext('2d').getImageData(0, 0, 28, 28).data;
  return Array.from({length: 784}, (_, i) => rgba[4 * i]);
}"""


def open_case(page: Page, url: str, case: str, settled: Callable[[Page], None]) -> None:
    """Opens a case of the app and waits until its digit is drawn."""
    page.add_init_script(COUNT_PICTURES)
    page.goto(f"{url}/?case={case}")
    settled(page)
    expect(digit(page)).to_be_visible(timeout=30_000)
    page.wait_for_function("window.pictures.length > 0")


def pictures(page: Page) -> int:
    """How often the large digit has been drawn."""
    return page.evaluate("window.pictures.length")


def digit(page: Page) -> Locator:
    """The large digit of the component."""
    return page.locator(".stage canvas").first


def drawn(page: Page) -> None:
    """Waits for what the last event changes: it is drawn with the next frame."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def grey(canvas: Locator) -> NDArray[np.int64]:
    """What a digit's canvas shows, (784,)."""
    drawn(canvas.page)
    return np.array(canvas.evaluate(GREY))


def runs(page: Page) -> int:
    """How often the script has run."""
    return int(page.get_by_text(re.compile(r"^run=\d+$")).inner_text().removeprefix("run="))


def wait_for_run(page: Page, number: int) -> None:
    """Waits until the script has run that often, to its end."""
    expect(page.get_by_text(f"run={number}", exact=True)).to_be_visible()


def told(page: Page) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The code that Python has, and what PyTorch decodes it to."""
    code = page.get_by_text(re.compile(r"^code=")).inner_text().removeprefix("code=")
    picture = page.get_by_text(re.compile(r"^picture=")).inner_text().removeprefix("picture=")
    return np.array(code.split(), float), np.array(list(bytes.fromhex(picture)))


def box(element: Locator) -> FloatRect:
    """Where an element is on the screen."""
    found = element.bounding_box()
    assert found is not None
    return found
