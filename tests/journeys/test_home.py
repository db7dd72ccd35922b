"""Home's first minute: what moves, what stops it, and how far it is to a model of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from tests.journeys.conftest import NewPage, Serve

Settled = Callable[[Page], None]
#: What both maps look like in each of the next 20 frames of the screen, without repetitions.
LOOKS = """() => new Promise((resolve) => {
  const host = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')].find(
    (each) => each.shadowRoot?.querySelector(".unfolding"));
  const seen = new Set();
  let left = 20;
  requestAnimationFrame(function look() {
    const maps = [...host.shadowRoot.querySelectorAll("canvas")];
    seen.add(maps.map((canvas) => canvas.toDataURL()).join());
    if (--left) requestAnimationFrame(look);
    else resolve(seen.size);
  });
})"""
IN_VIEW = """() => {
  const host = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')].find(
    (each) => each.shadowRoot?.querySelector(".unfolding"));
  const buttons = [...document.querySelectorAll('[class*="st-key-first-model"] button')];
  const button = buttons.find((each) => each.offsetWidth); // on a phone there is a hidden one, too
  if (!host || !button) return false;
  const parts = [document.querySelector("h1"), button, ...host.shadowRoot.querySelectorAll(
    "canvas, .legend, button")];
  return parts.map((part) => part.getBoundingClientRect()).every(
    ({ top, bottom, left, right, width }) =>
      width && top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth);
}"""
#: Notes in each frame how far below the beginning of the maps the next part begins, from the moment
#: on when the page has its style sheet.
NOTE_PLACES = """window.places = new Set();
requestAnimationFrame(function look() {
  const maps = document.querySelector(".st-key-maps");
  const next = document.querySelector('[data-testid="stMain"] h2');
  const styled = maps && getComputedStyle(maps).getPropertyValue("--lab-accent");
  if (styled && next)
    places.add(Math.round(next.getBoundingClientRect().top - maps.getBoundingClientRect().top));
  requestAnimationFrame(look);
});"""


@pytest.fixture(scope="module")
def own_lab(serve: Serve) -> Iterator[Server]:
    """A lab in which runs are started."""
    with serve() as server:
        yield server


@pytest.fixture
def visit(lab: Server, settled: Settled) -> Callable[[Page], None]:
    """Opens Home and waits until its maps are drawn."""

    def go(page: Page) -> None:
        page.goto(lab.url)
        settled(page)
        expect(page.locator(".iteration")).to_contain_text("of 700")

    return go


def button(page: Page, name: str) -> None:
    expect(page.locator(".controls button")).to_have_text(name)


def test_the_maps_unfold_stop_and_can_be_replayed(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    button(page, "Pause")
    assert page.evaluate(LOOKS) > 5
    button(page, "Replay")  # when it is over
    expect(page.locator(".iteration")).to_have_text("Iteration 700 of 700")
    assert page.evaluate(LOOKS) == 1
    page.locator(".controls button").click()
    button(page, "Pause")
    assert page.evaluate(LOOKS) > 5


def test_it_is_paused_and_goes_on_by_the_keyboard(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    page.locator(".controls button").press("Space")
    button(page, "Play")
    shown = page.locator(".iteration").inner_text()
    assert page.evaluate(LOOKS) == 1
    assert page.locator(".iteration").inner_text() == shown != "Iteration 700 of 700"
    page.locator(".controls button").press("Enter")
    button(page, "Pause")
    assert page.evaluate(LOOKS) > 5


def test_less_motion_shows_the_last_maps_until_one_asks(
    new_page: NewPage, visit: Callable[..., None]
) -> None:
    page = new_page(reduced_motion="reduce")
    visit(page)
    button(page, "Play")
    expect(page.locator(".iteration")).to_have_text("Iteration 700 of 700")
    assert page.evaluate(LOOKS) == 1
    page.locator(".controls button").click()
    button(page, "Pause")
    assert page.evaluate(LOOKS) > 5


def test_nothing_moves_out_of_sight(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    page.get_by_text("Bundle (zip)").scroll_into_view_if_needed()
    expect(page.locator(".maps")).not_to_be_in_viewport()
    page.evaluate(LOOKS)  # until the browser has told the maps
    shown = page.locator(".iteration").inner_text()
    assert page.evaluate(LOOKS) == 1
    assert page.locator(".iteration").inner_text() == shown != "Iteration 700 of 700"
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    button(page, "Replay")


@pytest.mark.parametrize("key", ["", "Enter"])
def test_a_press_leads_to_the_run_on_the_page_of_tsne(
    page: Page, visit: Callable[..., None], key: str
) -> None:
    visit(page)
    page.evaluate("window.sameVisit = true")
    link = page.get_by_role("link", name="SGD and Adam: open these maps on the t-SNE page")
    if key:
        link.press(key)
    else:
        link.locator("canvas").first.click()
    expect(page.get_by_role("heading", level=1, name="t-SNE")).to_be_visible()
    expect(page).to_have_url(f"{page.url.partition('/tsne')[0]}/tsne?run=tsne-perplexity-30")
    assert page.evaluate("window.sameVisit")
    assert page.locator(".maps").count() == 0


def test_the_link_is_a_link_for_a_tab_of_its_own(page: Page, visit: Callable[..., None]) -> None:
    visit(page)
    link = page.get_by_role("link", name="SGD and Adam: open these maps on the t-SNE page")
    with page.context.expect_page() as opened:
        link.click(modifiers=["ControlOrMeta"])
    expect(opened.value.get_by_role("heading", level=1, name="t-SNE")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Latent Lab")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1024, 768), (390, 844)])
def test_title_button_and_maps_are_in_view_and_nothing_jumps(
    new_page: NewPage, visit: Callable[..., None], width: int, height: int
) -> None:
    page = new_page(width, height)
    page.add_init_script(NOTE_PLACES)
    visit(page)
    page.wait_for_function(IN_VIEW)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth <= node.clientWidth"), "it scrolls sideways"
    button(page, "Replay")
    places = page.evaluate("[...window.places]")
    assert max(places) - min(places) <= 2, places


def test_maps_are_sharp_and_follow_the_theme(new_page: NewPage, visit: Callable[..., None]) -> None:
    page = new_page(reduced_motion="reduce", color_scheme="light", device_scale_factor=2)
    visit(page)
    canvas = page.locator(".unfolding canvas").first
    assert canvas.evaluate("node => node.width === Math.round(2 * node.clientWidth)")
    light = canvas.evaluate("node => node.toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "([canvas, light]) => canvas.toDataURL() !== light", arg=[canvas.element_handle(), light]
    )


def test_three_clicks_to_a_trained_model_of_one_s_own(
    own_lab: Server, page: Page, settled: Settled
) -> None:
    clicks: list[None] = []
    page.expose_function("clicked", lambda: clicks.append(None))
    page.add_init_script("addEventListener('click', () => clicked(), true)")
    page.goto(own_lab.url)
    page.get_by_role("button", name="Train your first model (10 epochs)").click()
    expect(page.get_by_role("heading", level=1, name="Autoencoders")).to_be_visible()
    expect(page.get_by_text("Done after 10 of 10 epochs")).to_be_visible(timeout=180_000)
    assert 1 <= len(clicks) <= 3
    settled(page)

    # Now there is something to go on from.
    page.get_by_role("link", name="Home").first.click()
    again = page.get_by_role("button", name="Train compression again (10 epochs)")
    expect(again).to_be_visible()
    page.get_by_role("button", name="Continue: task 1.2").click()
    expect(page.get_by_role("radio", name="Denoising")).to_be_checked()
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
