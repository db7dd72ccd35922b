"""Digits that can be picked: which one is, and that it can be seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, Route, expect

from tests.conftest import until
from tests.journeys.conftest import AppUrl

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage

APP = Path(__file__).parent / "apps" / "tiles_app.py"
PICKED = ".picks button[aria-pressed=true]"
#: How many pixels wide each picture is drawn, and how many it has.
WIDTHS = "rows => rows.map(row => [row.getBoundingClientRect().width, row.width])"

#: How often the code of the components could not be fetched.
FAILURES = "Object.values(latentLab)[0].failures"


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def test_none_is_picked_before_one_is(
    page: Page, url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(url)
    settled(page)
    expect(page.get_by_role("button", name="digit 1", exact=True)).to_be_visible()
    expect(page.locator(PICKED)).to_have_count(0)
    expect(page.get_by_text("picked=None")).to_be_visible()


def test_the_first_is_marked_where_it_counts_as_picked(
    page: Page, url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{url}/?first=0")
    settled(page)
    expect(page.get_by_text("picked=0")).to_be_visible()
    picked = page.locator(PICKED)
    expect(picked).to_have_attribute("aria-label", "digit 1")
    expect(picked).to_have_css("border-top-width", "3px")
    assert "rgb(255, 255, 255)" in picked.evaluate("node => getComputedStyle(node).boxShadow")
    page.get_by_role("button", name="digit 10", exact=True).click()  # in the second line
    expect(page.get_by_text("picked=9")).to_be_visible()
    expect(picked).to_have_attribute("aria-label", "digit 10")


def test_the_outline_runs_between_the_digits(
    page: Page, url: str, settled: Callable[[Page], None]
) -> None:
    page.goto(f"{url}/?first=3")
    settled(page)
    outline = page.locator(PICKED).bounding_box()
    row = page.locator(".line canvas").first.bounding_box()
    assert outline is not None
    assert row is not None
    tile = row["width"] / (8 * 30 - 2) * 28
    left = row["x"] + 3 * row["width"] / (8 * 30 - 2) * 30
    assert left - outline["x"] == pytest.approx(
        outline["x"] + outline["width"] - (left + tile), abs=0.1
    )
    assert left - outline["x"] > 3


#: The end of the modules' code, and one in its place with which the tiles cannot be opened.
EXPORT = "export { loadModule };\n"
THROWING = """
function throwing(name) {
  if (window.broken && name.startsWith("digit_tiles")) throw new Error("It is broken.");
  return loadModule(name);
}
export { throwing as loadModule };
"""


@pytest.mark.parametrize("width", [390, 720, 1024, 1440])
def test_a_pixel_of_a_digit_is_a_whole_number_of_pixels(
    new_page: NewPage, url: str, settled: Callable[[Page], None], width: int
) -> None:
    page = new_page(width, 900)
    page.goto(url)
    settled(page)
    rows = page.locator(".line canvas")
    expect(rows.first).to_be_visible()
    sizes = [shown / pixels for shown, pixels in rows.evaluate_all(WIDTHS)]
    assert set(sizes) == {round(sizes[0])}, "digits of all lines are of one size"
    room = page.locator(".tiles").bounding_box()
    assert room is not None
    assert rows.first.evaluate("canvas => canvas.width") * (sizes[0] + 1) > room["width"]


def test_what_cannot_be_fetched_says_so_and_can_be_fetched_again(
    page: Page, url: str, console_errors: list[str]
) -> None:
    page.route("**/modules.js*", lambda route: route.abort())
    page.goto(url)
    again = page.get_by_role("button", name="Try again")
    expect(again).to_have_count(1)
    expect(page.get_by_text("This part of the page could not be loaded")).to_be_visible()
    failures = page.evaluate(FAILURES)
    again.click()  # in vain, once more
    page.wait_for_function(f"failures => {FAILURES} > failures", arg=failures)
    page.unroute("**/modules.js*")
    again.click()
    expect(again).to_have_count(0)
    page.get_by_role("button", name="digit 10", exact=True).click()
    expect(page.get_by_text("picked=9")).to_be_visible()
    assert any("modules.js" in error for error in console_errors)
    console_errors.clear()


def test_what_throws_when_it_is_opened_says_so_and_can_be_opened_again(
    page: Page, url: str
) -> None:
    def break_it(route: Route) -> None:
        """Its module throws as long as the page says so."""
        answer = route.fetch()
        code = answer.text()
        assert code.endswith(EXPORT)
        route.fulfill(response=answer, body=code.removesuffix(EXPORT) + THROWING)

    page.add_init_script("window.broken = true")
    page.route("**/modules.js", break_it)
    page.goto(url)
    again = page.get_by_role("button", name="Try again")
    expect(page.get_by_text("This part of the page could not be loaded")).to_be_visible()
    again.click()  # in vain
    expect(again).to_have_count(1)
    page.evaluate("window.broken = false")
    again.click()
    expect(again).to_have_count(0)
    page.get_by_role("button", name="digit 10", exact=True).click()
    expect(page.get_by_text("picked=9")).to_be_visible()


def test_a_component_takes_no_clicks_until_its_module_is_here(
    page: Page, url: str, settled: Callable[[Page], None]
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/modules.js", hold)
    page.goto(url)
    inert = page.locator("[inert] .tiles")
    expect(inert.first).to_be_attached()
    until(lambda: page.wait_for_timeout(10) or held)
    for route in held:
        route.continue_()
    settled(page)
    expect(inert).to_have_count(0)
