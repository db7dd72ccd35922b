"""Another data set, chosen at the top of a page: kept in the address, on other pages, in a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.browser.chromium import fill_numbers
from bench.browser.server import Server
from tests.journeys.conftest import Serve

Settled = Callable[[Page], None]


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, for runs of this module only."""
    with serve() as server:
        yield server


def data(page: Page, name: str) -> Locator:
    return page.get_by_role("radio", name=name, exact=True)


def test_clothes_are_chosen_once_and_trained_with(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/autoencoders")
    settled(page)
    expect(data(page, "Digits")).to_be_checked()
    data(page, "Clothes").click()
    run = page.get_by_role("combobox", name="Run")
    expect(run).to_have_value(re.compile("Compression of clothes"))
    expect(page).to_have_url(re.compile(r"[?&]data=fashion"))
    # The next page keeps it, and so does a link.
    page.get_by_role("link", name="Variational autoencoder", exact=True).first.click()
    expect(run).to_have_value(re.compile("VAE of clothes"))
    expect(data(page, "Clothes")).to_be_checked()
    page.goto(f"{lab.url}/autoencoders?data=fashion")
    settled(page)
    expect(run).to_have_value(re.compile("Compression of clothes"))
    page.get_by_text("More settings").click()
    fill_numbers(page, {"Epochs": 1, "Training pictures": 1000})
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("Done after 1 of 1 epochs")).to_be_visible(timeout=60_000)
    expect(run).to_have_value(re.compile("^Mine"))
    record = lab.newest_run()
    assert record is not None
    assert record.request.settings["training"]["data"] == "fashion"
    # Back to the digits, where this run is not listed.
    data(page, "Digits").click()
    expect(run).to_have_value(re.compile("^Gallery · Compression ·"))
    expect(page).not_to_have_url(re.compile("data="))


def test_a_link_to_a_run_of_clothes_says_so(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/autoencoders?run=fashion-compression&view=What+it+has+never+seen")
    settled(page)
    expect(data(page, "Clothes")).to_be_checked()
    expect(page.get_by_text("The mean error is")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("handwritten digits").first).to_be_visible()
