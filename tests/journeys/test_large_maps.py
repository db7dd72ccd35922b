"""A run of 20,000 digits on the t-SNE page: maps that come part by part, zoom, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from bench.browser.large_run import large_run
from bench.browser.server import Server
from tests.journeys.player import INK, PLAY, PLAYER, PLOT, at_rest, lasso

if TYPE_CHECKING:
    from tests.journeys.conftest import NewPage, Serve

RUN = "20261127-101500-tsne-large"
DIGITS, FRAMES = 20_000, 12
# The middle of the class 3, in pixels of the window.
MIDDLE = """() => {
  const plot = document.querySelector('.latent-player-plot');
  const { left, top } = plot.getBoundingClientRect();
  const { xaxis: x, yaxis: y } = plot._fullLayout;
  const angle = 2 * Math.PI * 0.3 + Math.PI / 20;
  const [px, py] = [x.l2p(60 * Math.cos(angle)), y.l2p(60 * Math.sin(angle))];
  return [left + x._offset + px, top + y._offset + py];
}"""


@pytest.fixture(scope="module")
def large(serve: Serve) -> Iterator[Server]:
    """A lab that has one large run of its own."""
    with serve() as server:
        large_run(server.runs / RUN, digits=DIGITS, frames=FRAMES)
        yield server


def visit(page: Page, server: Server) -> Locator:
    page.goto(f"{server.url}/tsne?run={RUN}")
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible(timeout=60_000)
    return page.locator(PLAYER)


def everything(page: Page) -> None:
    """Waits until all frames are there and the last one is shown, at rest."""
    expect(page.locator(f'{PLAYER}[data-loading="done"][data-state="paused"]')).to_be_visible()
    at_rest(page)


def test_the_last_map_is_shown_and_can_be_played_before_the_others_are_there(
    page: Page, large: Server
) -> None:
    held: list[Route] = []
    released: list[bool] = []
    asked: list[str] = []

    def hold(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        if released or asked[-1] in ("0", "8"):
            route.continue_()
        else:
            held.append(route)

    page.route("**/frames/*", hold)
    player = visit(page, large)
    expect(player).to_have_attribute("data-frame", str(FRAMES - 1))
    assert page.evaluate(INK) > 20_000
    expect(player).to_have_attribute("data-loaded", "3")
    # Play, while the frames between are held: what is shown moves all the same.
    page.locator(f"{PLAYER} select").select_option("0.5")
    page.click(PLAY)
    page.wait_for_function(
        "Number(document.querySelector('.latent-player').dataset.iteration) > 30"
    )
    early = page.evaluate(INK)
    page.wait_for_function(
        "Number(document.querySelector('.latent-player').dataset.iteration) > 90"
    )
    assert page.evaluate(INK) > 1.2 * early, "the map grows while its frames are not there"
    released.append(True)
    for route in held:
        route.continue_()
    everything(page)
    expect(player).to_have_attribute("data-loaded", str(FRAMES))
    assert asked[:3] == ["0", "8", "4"]


def test_a_digit_that_is_pointed_at_shows_its_picture(page: Page, large: Server) -> None:
    visit(page, large)
    everything(page)
    page.mouse.move(*page.evaluate(MIDDLE))
    card = page.locator(".latent-player-card")
    expect(card).to_contain_text("digit 3")
    ink = """canvas => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]
      .filter((value, i) => i % 4 === 0 && value > 128).length"""
    drawn = card.locator("canvas:not([data-wanted])")
    expect(drawn).to_be_visible()
    assert 20 < drawn.evaluate(ink) < 400


def test_zooming_in_turns_dots_into_pictures_and_a_rerun_keeps_the_zoom(
    page: Page, large: Server
) -> None:
    visit(page, large)
    everything(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.mouse.move(*page.evaluate(MIDDLE))
    page.keyboard.down("Control")
    for _ in range(9):
        page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    expect(page.locator(f'{PLAYER}[data-drawn-as="pictures"]')).to_be_visible()
    asked = [url for url in asked if "pictures?rows" in url]
    assert asked
    assert all(url.count(",") < 128 for url in asked)
    view = "() => document.querySelector('.latent-player-plot').layout.xaxis.range.join()"
    page.wait_for_function(
        "() => { const { range } = document.querySelector('.latent-player-plot')"
        ".layout.xaxis; return range[1] - range[0] < 20; }"
    )
    near = page.evaluate(view)
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_role("button", name="Follow any digit").click()  # Python runs the page again
    expect(page.get_by_role("region", name="The followed digit")).to_contain_text("training set")
    assert page.evaluate(view) == near
    page.keyboard.press("0")
    page.wait_for_function(f"near => ({view})() !== near", arg=near)


def test_a_lasso_finds_what_it_encloses(page: Page, large: Server) -> None:
    visit(page, large)
    everything(page)
    lasso(page, 0)
    expect(page.get_by_text(re.compile(r"Selected: [\d,]+ digits"))).to_be_visible()
    section = page.get_by_role("region", name="The selected digits")
    expect(section.locator("canvas[data-wanted]")).to_have_count(0)
    expect(section).to_contain_text("more")


def test_on_a_phone_a_tap_shows_the_picture(new_page: NewPage, large: Server) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone, large)
    everything(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator(".latent-player-heads").scroll_into_view_if_needed()
    phone.touchscreen.tap(*phone.evaluate(MIDDLE))
    expect(phone.locator(".latent-player-card canvas:not([data-wanted])")).to_be_visible()
