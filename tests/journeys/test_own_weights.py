"""Weights that were trained elsewhere: brought, changed, tried, opened and looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from tests.journeys.conftest import Serve
from tests.support.own_weights import saved, sequential


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    with serve() as server:
        yield server


def test_weights_are_opened_and_every_view_has_them(
    lab: Server, page: Page, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{lab.url}/autoencoders")
    page.get_by_role("radio", name="Your own code").click()
    file = {
        "name": "homework.pt",
        "mimeType": "application/octet-stream",
        "buffer": saved(sequential().state_dict()),
    }
    page.locator("input[type=file]").set_input_files(file)  # pyright: ignore[reportArgumentType]
    expect(page.get_by_text("An autoencoder: 784 → 128 → 32 → 128 → 784")).to_be_visible()
    tiles = page.locator(".st-key-own-weights-trial canvas, [data-testid=stBidiComponent]").first
    expect(tiles).to_be_visible()
    # One function is changed to a wrong one, and back.
    found = page.get_by_text(re.compile(r"Output of your network · error \d"))
    right = found.inner_text()
    box = page.get_by_role("combobox", name=re.compile("Function after layer 4"))
    box.click()
    box.fill("softplus")
    page.get_by_role("option", name="softplus").click()
    expect(found).not_to_have_text(right)
    box.click()
    box.fill("sigmoid")
    page.get_by_role("option", name="sigmoid").click()
    expect(found).to_have_text(right)
    page.get_by_role("textbox", name="Name of the run").fill("Ada's net")
    page.get_by_role("textbox", name="Name of the run").press("Enter")
    page.get_by_role("button", name="Open as a run").click()
    expect(page.get_by_text("trained outside the lab").first).to_be_visible()
    expect(page).to_have_url(re.compile("run=.*ada-s-net"))
    settled(page)  # a link is drawn anew while the check goes on
    page.get_by_role("link", name="Sparse code").click()
    expect(page.get_by_text("Set single units by hand")).to_be_visible()
    expect(page).to_have_url(re.compile("view=Sparse"))
    page.reload()
    expect(page.get_by_text("Set single units by hand")).to_be_visible()
