"""The link to a bundle, by keyboard: the file comes, or a page that says why not."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from playwright.sync_api import Page, expect

from bench.browser.server import Server


def test_a_whole_run_is_had_by_keyboard_and_a_refusal_is_a_sentence(
    lab: Server, page: Page, settled: Callable[[Page], None], console_errors: list[str]
) -> None:
    page.goto(f"{lab.url}/autoencoders?run=compression")
    settled(page)
    link = page.get_by_role("link", name="Bundle (zip, from ")
    link.focus()
    with page.context.expect_event("download", timeout=60_000) as download:
        link.press("Enter")
    assert download.value.suggested_filename == "latent-lab_compression_run.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
    expect(link).to_be_visible()  # the lab is still there
    link.evaluate("link => { link.href = link.href.replace('compression', 'deleted'); }")
    with page.expect_popup() as popup:
        link.press("Enter")
    sentence = "There is no run deleted here: it was deleted, or made on another server."
    expect(popup.value.get_by_text(sentence)).to_be_visible()
    expect(link).to_be_visible()
