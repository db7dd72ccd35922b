"""Walking through the latent space: sliders, interpolation, samples."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from core.analysis.latent import decode, encode, interpolate, typical_digits
from core.data.digits import load_digits
from core.runs.store import RunStore
from core.training.record import load_model
from tests.conftest import until
from tests.journeys.test_autoencoder_views import pixels

Settled = Callable[[Page], None]


def open_view(page: Page, lab: Server, settled: Settled, view: str) -> None:
    page.goto(f"{lab.url}/vae?run=vae&view={view}")
    settled(page)
    expect(page.get_by_text("What to look for.")).to_be_visible(timeout=30_000)


def test_the_digit_changes_while_the_mouse_is_still_down(
    lab: Server, page: Page, settled: Settled
) -> None:
    open_view(page, lab, settled, "Latent+sliders")
    slider = page.get_by_role("slider", name=re.compile(r"z\d")).first
    expect(slider).to_be_visible(timeout=30_000)
    slider.scroll_into_view_if_needed()
    picture = page.locator("canvas").first
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for share in (0.65, 0.8, 0.95):
        before = pixels(picture)
        page.mouse.move(box["x"] + share * box["width"], middle)
        until(lambda before=before: not np.array_equal(pixels(picture), before))
    page.mouse.up()


def test_the_interpolation_of_two_chosen_digits_is_pytorch_s(
    lab: Server, page: Page, settled: Settled
) -> None:
    open_view(page, lab, settled, "Interpolate")
    strip = page.locator(".tiles canvas").first
    expect(strip).to_be_visible(timeout=30_000)
    before = pixels(strip)
    which = page.get_by_role("spinbutton", name="Which one", exact=True).first
    which.fill("4")
    which.press("Enter")
    until(lambda: not np.array_equal(pixels(strip), before))
    model, test = load_model(RunStore().get("vae"), 50), load_digits("test")
    sevens = (test.labels == 7).nonzero()[:, 0]
    first = int(sevens[3])
    second = int(typical_digits(test.pixels, test.labels)[3])
    ends = encode(model, test.pixels[[first, second]])
    expected = decode(model, interpolate(ends[0], ends[1], 11)).reshape(11, 28, 28).numpy()
    shown = pixels(strip)
    for step in range(11):
        column = shown[:, step * 30 : step * 30 + 28]
        np.testing.assert_allclose(column, expected[step], atol=1.01 / 255)


def test_the_same_seed_gives_the_same_sheet(lab: Server, page: Page, settled: Settled) -> None:
    open_view(page, lab, settled, "Generate")
    sheet = page.locator(".tiles canvas").first
    expect(sheet).to_be_visible(timeout=30_000)
    seed = page.get_by_role("spinbutton", name="Seed", exact=True)
    first = pixels(sheet)
    seed.fill("7")
    seed.press("Enter")
    until(lambda: not np.array_equal(pixels(sheet), first))
    seed.fill("0")
    seed.press("Enter")
    until(lambda: np.array_equal(pixels(sheet), first))


def test_a_generated_digit_finds_its_nearest_real_ones(
    lab: Server, page: Page, settled: Settled
) -> None:
    open_view(page, lab, settled, "Generate")
    page.get_by_role("button", name="digit 1", exact=True).click(timeout=30_000)
    expect(page.get_by_text("the seven nearest of 60,000 training digits")).to_be_visible()
