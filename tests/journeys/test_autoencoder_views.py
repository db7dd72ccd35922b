"""Taking autoencoders apart: the time machine, denoising, picking a digit."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from bench.browser.server import Server
from tests.conftest import until

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage

Settled = Callable[[Page], None]
READ = """canvas => Array.from(canvas.getContext('2d')
    .getImageData(0, 0, canvas.width, canvas.height).data.filter((_, i) => i % 4 === 0))"""


def pixels(canvas: Locator) -> NDArray[np.float64]:
    """What a canvas shows, red channel, as (height, width) in [0, 1]."""
    height = canvas.evaluate("canvas => canvas.height")
    return np.array(canvas.evaluate(READ)).reshape(height, -1) / 255


def open_view(page: Page, lab: Server, settled: Settled, run: str, view: str) -> None:
    page.goto(f"{lab.url}/autoencoders?run={run}&view={view}")
    settled(page)
    expect(page.get_by_text("What to look for.")).to_be_visible(timeout=30_000)


def test_the_time_machine_switches_in_the_browser(
    lab: Server, page: Page, settled: Settled
) -> None:
    sent: list[BackMsg] = []

    def note(frame: bytes | str) -> None:  # Playwright wants a function that it can mark
        message = BackMsg.FromString(bytes(frame)) if isinstance(frame, bytes) else BackMsg()
        if not message.rerun_script.is_auto_rerun:  # the sidebar looks now and then for runs
            sent.append(message)

    # Before the page is opened: of a socket that is there already nobody is told.
    page.on("websocket", lambda socket: socket.on("framesent", note))
    open_view(page, lab, settled, "compression", "Time+machine")
    film = page.locator("[data-frame]").first
    picture = page.locator("canvas.picture").first
    expect(picture).to_be_visible(timeout=30_000)
    slider = page.get_by_role("slider", name=re.compile("Epoch"))
    learned = pixels(picture)
    before = len(sent)
    assert before > 0
    slider.focus()
    slider.press("Home")
    expect(film).to_have_attribute("data-frame", "0")
    untrained = pixels(picture)
    digits, rebuilt = untrained[:28], untrained[30:58]
    # The digits above stay; below, the untrained model's grey gives way to the digits themselves.
    assert np.array_equal(learned[:28], digits)
    assert np.mean((learned[30:58] - digits) ** 2) < 0.2 * np.mean((rebuilt - digits) ** 2)
    assert len(sent) == before, "the server was asked"


def test_denoising_brings_the_noisy_digits_closer_to_the_clean_ones(
    lab: Server, page: Page, settled: Settled
) -> None:
    open_view(page, lab, settled, "denoising", "Denoise")
    rows = page.locator(".tiles canvas")
    expect(rows).to_have_count(5, timeout=30_000)
    clean, noisy, restored, plain, by_pca = (pixels(rows.nth(row)) for row in range(5))

    def error(picture: NDArray[np.float64]) -> float:
        return float(np.mean((picture - clean) ** 2))

    assert error(restored) < 0.75 * error(noisy)
    assert error(restored) < 0.5 * error(plain), "the plain model was not trained for it"
    assert error(restored) < error(by_pca) < error(noisy)

    # More noise, by keyboard: the noisy row changes, the clean one does not.
    page.get_by_role("slider", name=re.compile("Strength")).press("End")
    until(lambda: error(pixels(rows.nth(1))) > 2 * error(noisy))
    assert np.array_equal(pixels(rows.nth(0)), clean)


def test_a_picked_digit_shows_its_code(lab: Server, page: Page, settled: Settled) -> None:
    open_view(page, lab, settled, "compression", "Reconstruct")
    page.get_by_role("button", name=re.compile(r", a 7, error")).first.click()
    expect(page.get_by_text("Its code, 32 numbers:")).to_be_visible()
    expect(page.locator(".js-plotly-plot .barlayer path").first).to_be_attached(timeout=30_000)


def test_a_variant_keeps_its_address(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/autoencoders?run=sparse&view=Compare")
    settled(page)
    expect(page.get_by_text("the run chosen above, after epoch 50")).to_be_visible(timeout=30_000)
    page.get_by_role("radio", name="Denoising").or_(
        page.get_by_role("button", name="Denoising")
    ).first.click()
    expect(page).to_have_url(re.compile(r"run=denoising"))
    expect(page).to_have_url(re.compile(r"view=Compare"))


def test_a_run_chosen_beside_another_gets_its_digits_and_its_curve(
    lab: Server, page: Page, settled: Settled
) -> None:
    open_view(page, lab, settled, "compression", "Compare")
    rows = page.locator(".tiles canvas")  # input, compression, noisy, denoising, sparse, PCA
    expect(rows).to_have_count(6, timeout=30_000)
    names = page.locator(".js-plotly-plot").first.locator(".annotation-text")
    expect(names.filter(has_text=re.compile("^Sparse$"))).to_have_count(1)
    before = [pixels(rows.nth(row)) for row in range(5)]
    box = page.get_by_role("combobox", name=re.compile("and with"))
    box.scroll_into_view_if_needed()
    settled(page)
    box.click()
    page.get_by_role("option", name=re.compile("Sparse, weight 0.01")).click()
    expect(names.filter(has_text=re.compile("Sparse, weight"))).to_have_count(1)
    until(lambda: not np.array_equal(pixels(rows.nth(4)), before[4]))
    assert np.array_equal(pixels(rows.nth(1)), before[1]), "the others stay"
    # Other digits change the rows alone.
    curve = page.locator(".js-plotly-plot .main-svg").first
    curve.evaluate("svg => (svg.kept = true)")
    page.get_by_role("radio", name="At random").or_(
        page.get_by_role("button", name="At random")
    ).first.click()
    until(lambda: not np.array_equal(pixels(rows.first), before[0]))
    assert curve.evaluate("svg => svg.kept") is True


@pytest.mark.parametrize(
    ("view", "result"),
    [
        ("Time+machine", "canvas.picture"),
        ("Reconstruct", ".tiles canvas"),
        ("Denoise", ".tiles canvas"),
        ("Sparse+code", ".js-plotly-plot"),
        ("Compare", ".tiles canvas"),
    ],
)
def test_on_a_phone_the_first_picture_comes_before_the_words(
    view: str, result: str, lab: Server, new_page: NewPage, settled: Settled
) -> None:
    phone = new_page(390, 844, has_touch=True)
    open_view(phone, lab, settled, "denoising", view)
    picture = phone.locator(result).first
    expect(picture).to_be_visible(timeout=30_000)
    words = phone.get_by_text("What to look for.")

    def comes_first() -> bool:
        first, second = picture.bounding_box(), words.bounding_box()
        return first is not None and second is not None and first["y"] < min(900, second["y"])

    until(comes_first)  # what is above them may not be drawn yet
