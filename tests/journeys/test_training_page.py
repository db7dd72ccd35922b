"""The training pages in a browser: the form, its Reset, and what is in view while it trains."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.browser.chromium import number_field
from bench.browser.server import Server
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve, slow_computer

Settled = Callable[[Page], None]
SIZES = [(1440, 900), (1024, 768), (390, 844)]
#: Sums up how far things jump (https://web.dev/cls), but for what a visitor's own press moves.
OBSERVE = """
  window.jumps = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) jumps.push(entry.value);
  }).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, whose runs are computed in a process of their own: that one can be slowed down."""
    with serve(env={"LATENT_LAB_EXECUTOR": "process"}) as server:
        yield server


def opened(page: Page, lab: Server, settled: Settled, path: str) -> None:
    page.goto(f"{lab.url}/{path}")
    settled(page)
    expect(page.locator(".tiles canvas").nth(1)).to_be_visible(timeout=60_000)


def fill(page: Page, settled: Settled, name: str, value: float) -> None:
    box = number_field(page, name)
    box.fill(str(value))
    box.press("Enter")
    settled(page)


def box(found: Locator) -> dict[str, float]:
    shown: dict[str, float] = found.evaluate("node => node.getBoundingClientRect().toJSON()")
    return shown


def in_view(page: Page, found: Locator) -> bool:
    size = page.viewport_size
    assert size is not None
    place = box(found)
    return place["top"] >= 0 and place["bottom"] <= size["height"]


def start(page: Page) -> Locator:
    return page.get_by_role("button", name="Start", exact=True)


@pytest.mark.parametrize(
    ("path", "name", "usual"),
    [("autoencoders", "Code size", "32"), ("vae", "Latent space", "10")],
)
def test_reset_puts_the_fields_back_and_start_trains_what_they_show(
    lab: Server, page: Page, settled: Settled, path: str, name: str, usual: str
) -> None:
    opened(page, lab, settled, path)
    fill(page, settled, name, 34)
    fill(page, settled, "Epochs", 2)
    expect(page.get_by_text(f"{name.lower()} 34 (was {usual}), epochs 2 (was 50)")).to_be_visible()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(number_field(page, name)).to_have_value(usual)
    expect(number_field(page, "Epochs")).to_have_value("50")
    settled(page)
    assert not page.get_by_text("epochs 2 (was 50)").is_visible()
    # Once more, after the fields have been changed again: every reset counts.
    fill(page, settled, name, 12)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(number_field(page, name)).to_have_value(usual)
    # What is shown is what is trained.
    fill(page, settled, "Epochs", 1)
    fill(page, settled, "Training digits", 1000)
    start(page).click()
    expect(page.get_by_text("Done after 1 of 1 epochs")).to_be_visible(timeout=120_000)
    changed = page.get_by_text(re.compile(r"changed: epochs 1 \(was 50\), training digits 1,000"))
    expect(changed.first).to_be_visible()


def test_many_names_of_lines_stand_above_the_chart_on_a_phone(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    """Beside the plot there is room for six; this run has eight, of two panels."""
    page = new_page(390, 844, has_touch=True, is_mobile=True)
    opened(page, lab, settled, "autoencoders?run=sparse-mild")
    names = page.locator(".latent-chart-legend button")
    expect(names).to_have_count(5)

    def above_the_plot() -> bool:
        top = box(page.locator(".latent-chart-plot").first)["top"]
        places = [box(name) for name in names.all()]
        return all(
            place["bottom"] <= top and 0 <= place["left"] < place["right"] <= 390
            for place in places
        )

    until(above_the_plot)  # they are moved there once the chart knows its width


def test_reset_mends_a_value_that_is_out_of_range(
    lab: Server, page: Page, settled: Settled
) -> None:
    opened(page, lab, settled, "autoencoders")
    fill(page, settled, "Epochs", 9999)
    expect(page.get_by_text("Epochs (=9999) must be between 1 and 500 epochs.")).to_be_visible()
    expect(start(page)).to_be_disabled()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(number_field(page, "Epochs")).to_have_value("50")
    expect(start(page)).to_be_enabled()
    expect(page.get_by_text("must be between")).to_have_count(0)


def test_use_these_settings_fills_the_fields(lab: Server, page: Page, settled: Settled) -> None:
    opened(page, lab, settled, "vae?run=vae-strong-kl")
    fill(page, settled, "Weight of the KL term", 0.5)
    page.get_by_role("button", name="Use these settings").click()
    expect(number_field(page, "Weight of the KL term")).to_have_value("0.01")
    # Another page and back: the fields keep what they hold.
    page.get_by_role("link", name="Autoencoders", exact=True).first.click()
    expect(page.get_by_role("heading", name="Autoencoders")).to_be_visible()
    page.get_by_role("link", name="Variational autoencoder", exact=True).first.click()
    expect(number_field(page, "Weight of the KL term")).to_have_value("0.01")


def test_reset_of_the_tsne_form(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/tsne")
    settled(page)
    iterations = page.get_by_role("spinbutton", name="Iterations", exact=True)
    iterations.fill("30")
    iterations.press("Enter")
    settled(page)
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(iterations).to_have_value("700")


@pytest.mark.parametrize("path", ["autoencoders?run=sparse", "vae?run=vae"])
def test_start_is_above_the_fold_and_the_first_picture_on_a_phone_s_first_screen(
    lab: Server, new_page: NewPage, settled: Settled, path: str
) -> None:
    page = new_page(1440, 900)
    opened(page, lab, settled, path)
    until(
        lambda: in_view(page, start(page)) and in_view(page, page.locator(".tiles canvas").nth(1))
    )
    phone = new_page(390, 844)
    opened(phone, lab, settled, path)
    picture = phone.locator(".tiles canvas").nth(1)
    until(lambda: box(picture)["bottom"] <= min(900, box(start(phone))["top"]))


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_while_it_trains_all_that_matters_is_in_view_and_nothing_jumps(
    lab: Server, new_page: NewPage, settled: Settled, width: int, height: int
) -> None:
    page = new_page(width, height)
    page.add_init_script(OBSERVE)
    opened(page, lab, settled, "vae")
    fill(page, settled, "Epochs", 2)
    fill(page, settled, "Training digits", 20_000)
    pictures = page.locator(".tiles canvas")
    with slow_computer(lab.runs, step=2, pause=2.0):
        start(page).click()
        pause = page.get_by_role("button", name="Pause")
        expect(pause).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Train another model")).to_have_count(1)
        expect(start(page)).not_to_be_visible()  # the form is folded
        # A phone scrolls to the run.
        progress = page.get_by_role("progressbar").last
        until(lambda: all(in_view(page, part) for part in (pause, pictures.last, progress)))
        page.evaluate("jumps.length = 0")
        # The ten digits change within the first epoch: five times, of which a busy machine may
        # draw fewer.
        shown: set[str] = set()

        def first_epoch_is_over() -> bool:
            if page.get_by_text("Output within epoch 1").count():
                shown.add(pictures.nth(1).evaluate("canvas => canvas.toDataURL()"))
            return page.get_by_text("Output after epoch").count() > 0

        until(first_epoch_is_over, seconds=120)
        # Now, and not when the run ends: its controls then go.
        assert page.evaluate("jumps.reduce((a, b) => a + b, 0)") < 0.02
        assert len(shown) >= 3
        # Who scrolls away is left in peace.
        scroller = page.get_by_test_id("stMain")
        there = scroller.evaluate("node => (node.scrollTop = 5, node.scrollTop)")
    # A phone has two lines of digits.
    expect(page.get_by_text("Output after epoch 2").last).to_be_attached(timeout=120_000)
    assert scroller.evaluate("node => node.scrollTop") == there
    axis = "() => document.querySelector('.latent-chart-plot').layout.xaxis.range"
    assert page.evaluate(axis) == [0, 2]
    expect(page.get_by_text("Done after 2 of 2 epochs")).to_be_visible(timeout=120_000)


def test_a_link_to_a_view_opens_it_with_the_run(lab: Server, page: Page, settled: Settled) -> None:
    opened(page, lab, settled, "vae?run=vae-2d")
    page.get_by_test_id("stMain").get_by_role("link", name="Map", exact=True).click()
    expect(page).to_have_url(re.compile("run=vae-2d"))
    expect(page).to_have_url(re.compile("view=Map"))
    expect(page.get_by_text("What to look for.")).to_be_visible(timeout=30_000)


def test_the_two_rows_of_tabs_are_named(lab: Server, page: Page, settled: Settled) -> None:
    opened(page, lab, settled, "autoencoders")
    for name, first in (("Model", "Compression"), ("Look at", "Train and watch")):
        label = box(page.get_by_text(name, exact=True).first)
        tab = box(page.get_by_role("radio", name=first))
        assert label["right"] <= tab["left"]
        assert abs(label["top"] + label["bottom"] - tab["top"] - tab["bottom"]) < 16
