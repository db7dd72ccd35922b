"""What is around every page: the theme, links to terms, tab titles, links whose names differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from app.navigation import PAGES
from bench.browser.server import Server
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve

Settled = Callable[[Page], None]


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab below a path, as behind a proxy: links and themes must hold there, too."""
    with serve(env={"STREAMLIT_SERVER_BASE_URL_PATH": "class/lab"}) as server:
        yield server


def ground(page: Page) -> str:
    """The colour behind a page."""
    script = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
    return page.evaluate(script)


LIGHT, DARK = "rgb(255, 255, 255)", "rgb(17, 24, 26)"


def test_a_theme_is_chosen_for_all_pages_and_keeps_the_visit(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/digit")
    settled(page)
    page.get_by_role("radio", name="Test digit").click()
    expect(page.get_by_text("nearest training digits, by")).to_be_visible(timeout=60_000)
    assert ground(page) == LIGHT
    page.get_by_role("radio", name="Dark").check()
    until(lambda: ground(page) == DARK)
    # No new visit has begun: the digit is still there.
    expect(page.get_by_role("radio", name="Test digit")).to_be_checked()
    for path in ("", "/", "/vae", "/glossary"):
        page.goto(f"{lab.url}{path}")
        settled(page)
        until(lambda: ground(page) == DARK)
        expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="System").check()
    until(lambda: ground(page) == LIGHT)
    page.emulate_media(color_scheme="dark")
    until(lambda: ground(page) == DARK)
    page.get_by_role("radio", name="Light").check()
    until(lambda: ground(page) == LIGHT)
    page.reload()
    settled(page)
    until(lambda: ground(page) == LIGHT)


def test_a_link_opens_a_term_in_a_tab_of_its_own(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page(390, 844)
    page.goto(f"{lab.url}/digit")
    settled(page)
    page.get_by_role("radio", name="Test digit").click()
    link = page.get_by_role("link", name="mean squared error").first
    expect(link).to_be_visible(timeout=60_000)
    with page.context.expect_page() as opened:
        link.click()
    glossary = opened.value
    assert glossary.url == f"{lab.url}/glossary#mse"
    settled(glossary)
    heading = glossary.get_by_role("heading", name="Mean squared error")
    expect(heading).to_be_in_viewport(ratio=1)
    # What the visitor had done is still there.
    expect(page.get_by_role("radio", name="Test digit")).to_be_checked()


def test_tabs_name_page_and_run(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(f"{lab.url}/autoencoders?run=sparse")
    expect(page).to_have_title("Sparse · Autoencoders · Latent Lab", timeout=30_000)
    page.get_by_role("link", name="Home").first.click()
    expect(page).to_have_title("Latent Lab")
    page.get_by_role("link", name="t-SNE", exact=True).first.click()
    expect(page).to_have_title(re.compile(r".+ · t-SNE · Latent Lab"))


def test_links_of_one_name_lead_to_one_place(lab: Server, page: Page, settled: Settled) -> None:
    page.goto(lab.url)
    for entry in PAGES:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=entry.title).first.click()
        title = "Latent Lab" if entry == PAGES[0] else entry.title
        expect(page.get_by_role("heading", level=1, name=title, exact=True)).to_be_visible()
        settled(page)
        places: dict[str, set[str]] = {}
        links = page.locator("a[href]:visible").evaluate_all(
            "links => links.map((link) => [link.innerText, link.href])"
        )
        for text, place in links:
            name = re.sub(r"^\S+\n+", "", text)  # the icon is a word for the browser
            places.setdefault(name, set()).add(place)
        assert len(places) > len(PAGES)
        assert [name for name, found in places.items() if len(found) > 1] == []
