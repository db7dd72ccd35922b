"""Every figure of the real pages has its buttons, and its files are named by the run."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.browser.chromium import still_box
from bench.browser.server import Server
from tests.journeys.saving import picture

Settled = Callable[[Page], None]
#: What a component draws; a live chart is a chart of Plotly's, too.
FIGURES = ".tiles, .film, .lab, .js-plotly-plot"
#: The address of each run, and how many figures its views have.
PLACES = {
    "autoencoders?run=compression": {
        "Train and watch": 2,
        "Time machine": 2,
        "Reconstruct": 2,
        "Compare": 3,
    },
    "autoencoders?run=denoising&view=Denoise": {"Denoise": 4},
    "autoencoders?run=sparse&view=Sparse+code": {"Sparse code": 6},
    "vae?run=vae&view=Reconstruct": {
        "Reconstruct": 1,
        "Generate": 2,
        "Interpolate": 2,
        "Latent sliders": 2,
        "Map": 1,
        "What was learned": 3,
    },
}


def png_buttons(page: Page) -> Locator:
    """Return the buttons that save a picture, those below a folded expander left out."""
    return page.get_by_role("button", name=re.compile(r"^Save .* as PNG$"))


def check_figures(page: Page, count: int, runs: set[str], *, others: int = 0) -> None:
    """Check that so many figures, `others` not counted, have a button each that names a run."""
    figures = page.locator(FIGURES).and_(page.locator(":visible"))
    expect(figures).to_have_count(count + others, timeout=60_000)
    expect(png_buttons(page)).to_have_count(count, timeout=60_000)
    buttons = page.get_by_role("button", name=re.compile(r"^Save .* as (PNG|CSV|GIF)$")).all()
    names = [button.get_attribute("aria-label") for button in buttons]
    assert len(set(names)) == len(names), "two buttons have one name"
    for button in buttons:
        title = button.get_attribute("title") or ""
        assert title.split("_")[:1] == ["latent-lab"]
        assert title.split("_")[1] in runs, title


def show(page: Page, settled: Settled, view: str) -> None:
    """Choose a view of a page, and wait until it is drawn."""
    radio = page.get_by_role("radio", name=view, exact=True)
    if not radio.is_checked():
        before = png_buttons(page).first.element_handle()
        radio.click()
        expect(radio).to_be_checked()
        page.wait_for_function("before => !before.isConnected", arg=before)
    settled(page)


@pytest.mark.parametrize(("place", "views"), PLACES.items())
def test_every_figure_of_a_run_can_be_saved(
    page: Page, lab: Server, settled: Settled, place: str, views: dict[str, int]
) -> None:
    page.goto(f"{lab.url}/{place}")
    settled(page)
    run = re.findall(r"run=([a-z]+)", place)[0]
    for view, count in views.items():
        show(page, settled, view)
        # Where runs are compared, the figures of one of them bear its own name.
        check_figures(page, count, {run, "compression"})
        button = png_buttons(page).first
        with page.expect_download(timeout=60_000) as download:
            button.click()
        name = download.value.suggested_filename
        assert name == button.get_attribute("title")
        assert name.startswith(f"latent-lab_{run}_")
        picture(download.value.path().read_bytes())


def test_every_figure_of_your_digit_can_be_saved(page: Page, lab: Server, settled: Settled) -> None:
    page.goto(f"{lab.url}/digit")
    settled(page)
    box = still_box(page.locator(".drawing canvas"))
    page.mouse.move(box["x"] + 160, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 270, steps=4)
    page.mouse.up()
    expect(png_buttons(page)).to_have_count(1, timeout=60_000)
    runs = {"your-digit", "compression", "denoising", "sparse", "vae"}
    views = {"Every model": 1, "Denoise": 1, "Codes": 4, "Nearest digits": 5, "Latent map": 1}
    for view, count in views.items():
        show(page, settled, view)
        # The digit as it was read is downloaded where it is kept.
        check_figures(page, count, runs, others=1)
