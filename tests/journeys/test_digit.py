"""A digit of one's own: drawn with a mouse, drawn with a finger on a phone, and uploaded."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from bench.browser.chromium import still_box
from bench.browser.server import Server
from core.data.digits import load_digits
from tests.conftest import until
from tests.journeys.conftest import NewPage

Settled = Callable[[Page], None]
Point = tuple[float, float]
SAYS = re.compile(r"say \d")


def three() -> list[Point]:
    """A 3 in the unit square: two arcs that meet in the middle."""
    upper = [(-0.75 + 1.25 * t / 12) * math.pi for t in range(13)]
    lower = [(-0.5 + 1.25 * t / 12) * math.pi for t in range(13)]
    points = [(0.48 + 0.18 * math.cos(a), 0.33 + 0.15 * math.sin(a)) for a in upper]
    return points + [(0.48 + 0.2 * math.cos(a), 0.65 + 0.17 * math.sin(a)) for a in lower]


def on_screen(square: Locator, points: list[Point]) -> list[Point]:
    """Where points of the unit square are on the page."""
    box = still_box(square)
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]


def stroke(page: Page, way: list[Point]) -> None:
    """A stroke with the mouse along points of the unit square."""
    points = on_screen(page.locator(".drawing canvas"), way)
    page.mouse.move(*points[0])
    page.mouse.down()
    for x, y in points[1:]:
        page.mouse.move(x, y, steps=3)
    page.mouse.up()


def row(page: Page) -> str:
    """The pictures that the models make, as one text."""
    canvas = page.get_by_role("img", name=re.compile("Input, and the output of each model"))
    return canvas.first.evaluate("canvas => canvas.toDataURL()")


@pytest.fixture
def opened(lab: Server, page: Page, settled: Settled) -> Page:
    page.goto(f"{lab.url}/digit")
    settled(page)
    expect(page.get_by_text("Draw a digit in the black square")).to_be_visible()
    return page


def test_draw_step_back_leave_and_return(opened: Page, settled: Settled) -> None:
    page = opened
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    stroke(page, three())
    # The first digit waits until the training digits are encoded.
    expect(page.get_by_text("say 3")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("VAE sample 3"))).to_be_visible()
    first = row(page)
    stroke(page, [(0.1, 0.1), (0.9, 0.1)])
    until(lambda: row(page) != first)
    undo.click()
    until(lambda: row(page) == first)

    # Clear is one step too, also after something was drawn over it.
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Draw a digit in the black square")).to_be_visible()
    stroke(page, [(0.5, 0.1), (0.5, 0.9)])
    expect(page.get_by_text(SAYS)).to_be_visible()
    undo.click()
    expect(page.get_by_text("Draw a digit in the black square")).to_be_visible()
    undo.click()
    until(lambda: row(page) == first)

    # Another page and back: the drawing and its answers are there.
    page.get_by_role("link", name="t-SNE", exact=True).first.click()
    expect(page.get_by_role("heading", name="t-SNE", level=1)).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Your digit", exact=True).first.click()
    expect(page.get_by_text(SAYS)).to_be_visible()
    until(lambda: row(page) == first)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Draw a digit in the black square")).to_be_visible()


def test_a_finger_draws_and_the_page_stays(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page(390, 844, has_touch=True, is_mobile=True)
    page.goto(f"{lab.url}/digit")
    settled(page)
    square = page.locator(".drawing canvas")
    square.scroll_into_view_if_needed()
    main = page.get_by_test_id("stMain")
    before = main.evaluate("node => node.scrollTop")
    touch = page.context.new_cdp_session(page)
    points = on_screen(square, three())
    for kind, (x, y) in zip(
        ["touchStart", *["touchMove"] * (len(points) - 1)], points, strict=True
    ):
        event = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        touch.send("Input.dispatchTouchEvent", event)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_text("say 3")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name=SAYS)).to_be_in_viewport(ratio=1)
    assert main.evaluate("node => node.scrollTop") == before
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth"), "it scrolls sideways"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (720, 450), (390, 844)])
def test_the_square_is_large_enough_to_draw_in(
    lab: Server, new_page: NewPage, settled: Settled, width: int, height: int
) -> None:
    page = new_page(width, height)
    page.goto(f"{lab.url}/digit")
    settled(page)
    square = page.locator(".drawing canvas")
    # Before it is laid out, a canvas has a browser's own size.
    until(lambda: (found := square.bounding_box()) is not None and found["width"] >= 280)
    box = square.bounding_box()
    assert box is not None
    assert 280 <= box["width"] <= width
    assert box["height"] == pytest.approx(box["width"], abs=1)


def sheet(indices: list[int]) -> bytes:
    """Test digits in dark ink on one light sheet, as a PNG."""
    digits = load_digits("test").pixels[indices].view(-1, 28, 28).numpy()
    side = 100
    paper = np.full((160, 40 + 140 * len(indices)), 235, np.uint8)
    for place, digit in enumerate(digits):
        large = Image.fromarray((255 * digit).astype(np.uint8)).resize((side, side))
        left = 40 + 140 * place
        paper[30 : 30 + side, left : left + side] -= (np.asarray(large) * 0.8).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(paper).save(file, "PNG")
    return file.getvalue()


def test_upload_pick_keep_and_morph(opened: Page, lab: Server) -> None:
    page = opened
    page.get_by_role("radio", name="Upload").click()
    files = page.get_by_test_id("stFileUploaderDropzoneInput")
    rubbish = {"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    files.set_input_files([rubbish])  # type: ignore[list-item]
    expect(page.get_by_text(re.compile(r"notes\.png is not a picture we can read"))).to_be_visible()
    expect(page.get_by_text(SAYS)).to_have_count(0)

    labels = load_digits("test").labels
    paper = {"name": "sheet.png", "mimeType": "image/png", "buffer": sheet([0, 1])}
    files.set_input_files([paper])  # type: ignore[list-item]
    expect(page.get_by_text(f"say {labels[0]}")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="digit 2 of sheet.png").click()
    expect(page.get_by_text(f"say {labels[1]}")).to_be_visible()

    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("heading", name="My digits")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="All as a zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        (name,) = archive.namelist()
        picture = Image.open(io.BytesIO(archive.read(name)))
    assert picture.size == (28, 28)
    kept = np.asarray(picture, np.float32) / 255
    original = load_digits("test").pixels[1].view(28, 28).numpy()
    assert np.square(kept - original).mean() < 0.02  # nearly the digit that was on the sheet

    page.get_by_role("button", name="Morph it into another").click()
    expect(page.get_by_role("heading", name="Variational autoencoder")).to_be_visible()
    expect(page.get_by_role("combobox", name="Which one").first).to_have_value("My digit 1")
    expect(page.locator(".film .picture").first).to_be_visible()
    assert "default value" not in lab.log.read_text(), "Streamlit: a choice was set twice"
    page.get_by_role("link", name="Autoencoders", exact=True).first.click()
    # The page before has a "Reconstruct", too.
    expect(page.get_by_role("heading", name="Autoencoders")).to_be_visible()
    page.get_by_role("radio", name="Reconstruct").click()
    page.get_by_role("radio", name="Mine").click()
    expect(page.get_by_text(re.compile("This digit: "))).to_be_visible()


def test_any_file_gets_a_picture_or_our_sentence(opened: Page) -> None:
    """The browser sends any type, also a large one, and the newest upload is shown."""
    page = opened
    page.get_by_role("radio", name="Upload").click()
    files = page.get_by_test_id("stFileUploaderDropzoneInput")

    def send(name: str, content: bytes) -> None:
        file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
        files.set_input_files([file])  # type: ignore[list-item]

    for name, content, said in (
        ("photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "is a HEIC or AVIF picture"),
        ("scan.tiff", b"II*\0" + bytes(range(60)), "is a TIFF or raw picture"),
        ("noending", b"hello", "is not a picture we can read"),
        ("large.png", sheet([0]) + bytes(15_000_000), "is larger than 15 MB"),
    ):
        send(name, content)
        expect(page.get_by_text(re.compile(f"{re.escape(name)} {said}"))).to_be_visible()
        expect(page.get_by_text("not allowed")).to_have_count(0)
        expect(page.get_by_text(SAYS)).to_have_count(0)

    labels = load_digits("test").labels
    send("first.png", sheet([0]))
    expect(page.get_by_text(f"say {labels[0]}")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Outlined: what was read as writing")).to_be_visible()
    send("second.png", sheet([1]) + bytes(6_000_000))  # more than 5 MB
    expect(page.get_by_text(f"say {labels[1]}")).to_be_visible(timeout=60_000)
