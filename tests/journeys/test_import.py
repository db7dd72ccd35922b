"""A bundle travels from one lab to another: downloaded, uploaded, opened, and refused if forged."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from tests.journeys.conftest import Serve


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    with serve() as server:
        yield server


def test_a_bundle_is_taken_along_and_brought_back(
    lab: Server,
    page: Page,
    settled: Callable[[Page], None],
    console_errors: list[str],
    tmp_path: Path,
) -> None:
    page.goto(f"{lab.url}/vae?run=vae")
    settled(page)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("link", name="Bundle (zip, from ").click()
    bundle = tmp_path / "mine.zip"
    download.value.save_as(bundle)

    page.goto(lab.url)
    settled(page)
    chooser = page.locator("input[type=file]")
    forged = tmp_path / "forged.zip"
    forged.write_bytes(bundle.read_bytes()[:-1000])
    chooser.set_input_files(forged)
    expect(page.get_by_text("forged.zip")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("forged.zip was not imported: it is no whole zip")).to_be_visible()

    chooser.set_input_files(bundle)
    expect(page.get_by_text("mine.zip")).to_be_visible()
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_text("Imported: VAE")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("forged.zip was not imported")).to_be_hidden()
    page.get_by_role("link", name="Open it in Variational autoencoder").click()
    expect(page.get_by_text("It was run vae of")).to_be_visible(timeout=60_000)
    expect(page).to_have_url(re.compile(r"/vae\?run=\d{8}-\d{6}-vae-[0-9a-f]{8}"))
    settled(page)
    assert console_errors == []
