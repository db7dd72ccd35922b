"""Saves files from saving_app.py and opens them: for the tests of what can be saved."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.apps import saving_known as known

if TYPE_CHECKING:
    from numpy.typing import NDArray

APP = Path(__file__).parent / "apps" / "saving_app.py"
NAME = "latent-lab_vae"
EDGE, RATIO = 16, 2  # of paper.js: the margin of a picture, and pixels of a PNG for each of it


def open_case(page: Page, url: str, case: str, settled: Callable[[Page], None]) -> None:
    """Open one case of the app and wait until its buttons are there, and its charts."""
    page.goto(f"{url}/?case={case}")
    settled(page)
    expect(page.get_by_role("button", name="as PNG").first).to_be_visible(timeout=30_000)
    if case == "plotly":
        drawn = "document.querySelectorAll('.js-plotly-plot .main-svg:first-child').length"
        page.wait_for_function(f"{drawn} === {len(known.figures())}", timeout=60_000)


def schemes(page: Page) -> Iterator[str]:
    """Yield "light" and then "dark", each once the page is drawn so; it is opened in the light."""
    shown = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
    themes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in themes:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"{shown} === '{scheme}'")
        # Charts are drawn anew with the next frame, and colours may glide.
        page.evaluate("() => new Promise(r => requestAnimationFrame(() => setTimeout(r)))")
        page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")
        yield scheme


def saved(page: Page, button: str, name: str = NAME, *, nth: int = 0) -> bytes:
    """Return the file that a button gives; its name is `name` with the ending of its kind."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=button, exact=True).nth(nth).click()
    kind = button.rpartition(" ")[2].lower()
    assert download.value.suggested_filename == f"{name}.{kind}"
    return download.value.path().read_bytes()


def picture(file: bytes) -> NDArray[np.int16]:
    """Return the colours of a PNG, (height, width, 3); nothing of it is transparent."""
    image = Image.open(io.BytesIO(file))
    assert image.format == "PNG"
    rgba = np.asarray(image.convert("RGBA")).astype(np.int16)
    assert (rgba[..., 3] == 255).all()
    assert (rgba[0, 0, :3] == 255).all(), "it is on white paper"
    assert (rgba[..., :3].min(axis=2) < 128).mean() > 0.001, "it is blank"
    return rgba[..., :3]


def place_of(pixels: NDArray[np.int16], expected: NDArray[np.int16], scale: int) -> tuple[int, int]:
    """Return row and column of the one place where `expected`, enlarged, is in the picture."""
    high, wide = expected.shape[0] * scale, expected.shape[1] * scale
    rows, columns = pixels.shape[0] - high + 1, pixels.shape[1] - wide + 1
    # The middle of some pixels first, each only where the ones before it fit: to compare all of
    # them everywhere would take minutes.
    fits = np.indices((rows, columns)).reshape(2, -1).T
    for row, column in np.random.default_rng(0).integers(0, expected.shape[:2], (24, 2)):
        middle = fits + scale * np.array([row, column]) + scale // 2
        there = pixels[middle[:, 0], middle[:, 1]]
        fits = fits[(np.abs(there - expected[row, column]) <= 1).all(axis=1)]
    large = expected.repeat(scale, 0).repeat(scale, 1)
    found = [
        (int(top), int(left))
        for top, left in fits
        if np.abs(pixels[top : top + high, left : left + wide] - large).max() <= 1
    ]
    assert len(found) == 1, f"found {len(found)} times"
    return found[0]


def grey(levels: NDArray[np.uint8]) -> NDArray[np.int16]:
    """Return levels as colours, (height, width, 3)."""
    return np.repeat(levels.astype(np.int16)[..., None], 3, axis=2)


def records(file: bytes) -> list[list[str]]:
    """Return the records of a CSV file, each of whose lines ends as RFC 4180 says."""
    text = file.decode()
    assert text.count("\n") == text.count("\r\n") > 1
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def shown(page: Page) -> NDArray[np.int16]:
    """Return the large digit of a page, (28, 28, 3)."""
    values = page.locator(".stage canvas").first.evaluate(
        "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)"
    )
    return np.array(values).reshape(28, 28, 4)[..., :3]
