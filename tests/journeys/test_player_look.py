"""How the maps of a player look: axes, marks, colours, and where something is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import still_box
from tests.journeys.player import (
    APP,
    COVERED,
    PIXELS,
    PLAY,
    PLAYER,
    PLOT,
    at_rest,
    press,
    rests,
    shown,
    views,
    visit,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

# How bright the slider's track is where it was played, and ahead, and the page: 0 to 255.
TRACK = """() => {
  const brightness = (color) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  };
  const style = getComputedStyle(document.querySelector('.latent-player input[type=range]'));
  const [played, ahead] = style.backgroundImage.match(/(?:rgb|color)a?\\([^)]*\\)/g);
  const page = getComputedStyle(document.querySelector('.latent-player-controls'));
  return [played, ahead, page.backgroundColor].map(brightness);
}"""


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def test_axes_can_fit_what_is_shown(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    fixed = views(page)
    press(page, "Home")
    rests(page, 0)
    assert views(page) == fixed
    page.get_by_role("button", name="Axes: fit", exact=True).click()
    rests(page, 0)
    close = views(page)
    assert close[0][1] - close[0][0] < 0.6 * (fixed[0][1] - fixed[0][0])
    page.click(PLAY)
    page.wait_for_function(
        "from => { const { range } = document.querySelector('.latent-player-plot').layout.xaxis;"
        " return range[1] - range[0] > 1.3 * from; }",
        arg=close[0][1] - close[0][0],
    )
    press(page, "End")
    rests(page, 120)
    places = shown(page)
    for panel, (x, y) in enumerate((views(page)[:2], views(page)[2:])):
        low, high = places[panel].min(axis=0), places[panel].max(axis=0)
        assert x[0] < low[0] < high[0] < x[1]
        assert y[0] < low[1] < high[1] < y[1]


def test_axes_can_be_the_same_for_all(page: Page, url: str) -> None:
    visit(page, url, "real")
    rests(page, 150)
    first, second = views(page)[:2], views(page)[2:]
    assert first != second
    page.get_by_role("button", name="Axes: same for all").click()
    rests(page, 150)
    same = views(page)
    assert same[:2] == same[2:]
    for whole, own in zip(same[:2] * 2, first + second, strict=True):
        assert whole[0] <= own[0] + 1e-6
        assert own[1] - 1e-6 <= whole[1]


def test_the_numbers_above_a_map_are_explained(page: Page, url: str) -> None:
    visit(page, url)
    agreement = page.locator(".latent-player-heads [data-measure=agreement]").first
    expect(agreement).to_have_attribute(
        "title",
        "5-NN: share of a digit's five nearest neighbours on the map that have its label; "
        "neighbours drawn at random give 10 %",
    )
    agreement.hover()  # nothing lies over it: its tooltip can be seen
    loop = page.get_by_role("button", name="Loop")
    expect(loop).to_have_attribute("title", re.compile("^Loop: "))


@pytest.mark.parametrize("case", ["", "live"])
def test_nothing_that_can_be_pressed_is_hidden_from_a_screen_reader(
    page: Page, url: str, case: str
) -> None:
    visit(page, url, case)
    lost = page.locator(
        f"{PLAYER} :is([aria-hidden=true], [role=img]) :is(button, a, input, select, [tabindex])"
    )
    expect(lost).to_have_count(0)
    expect(page.locator(f"{PLOT} .main-svg:not([aria-hidden=true])")).to_have_count(0)
    button = page.locator(PLAYER).get_by_role("button", name="Show everything")
    expect(button).to_be_visible()
    name = "Two maps that are being computed." if case == "live" else "Two maps of the same digits."
    role = "img" if case == "live" else "application"
    expect(page.get_by_role(role, name=name)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_played_stands_out_from_what_is_not(
    new_page: NewPage, url: str, scheme: str
) -> None:
    page = new_page(color_scheme=scheme)
    visit(page, url)
    rests(page, 120)
    slider = page.locator(f"{PLAYER} input[type=range]")
    slider.fill("30")
    expect(slider).to_have_attribute("style", re.compile(r"--fill: 25%"))
    played, ahead, ground = page.evaluate(TRACK)
    # The eye goes to what differs from the page: that is what was played.
    assert abs(played - ground) > 2 * abs(ahead - ground) > 10


@pytest.mark.parametrize("marks", ["Numerals", "Pictures"])
def test_digits_can_be_drawn_as_what_they_are(page: Page, url: str, marks: str) -> None:
    visit(page, url)
    rests(page, 120)
    dots = page.evaluate(PIXELS)
    page.get_by_role("button", name=marks).click()
    page.wait_for_function(f"dots => ({PIXELS})()[0] !== dots[0]", arg=dots)
    expect(page.locator(COVERED)).to_have_count(1)  # the canvas has them, not Plotly


def test_a_zoom_lives_through_reruns_and_can_be_undone(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    whole = views(page)
    plot = page.locator(PLOT)
    page.locator(f"{PLOT} [data-title=Zoom]").click()
    at_rest(page)
    box = still_box(page.locator(f"{PLOT} .nsewdrag").first)
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 200, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "from => document.querySelector('.latent-player-plot').layout.xaxis.range[0] > from + 0.1",
        arg=whole[0][0],
    )
    expect(plot).to_be_visible()
    x, y, *other = views(page)
    assert other == whole[2:]
    # One unit is as long across as up.
    assert (x[1] - x[0]) / box["width"] == pytest.approx((y[1] - y[0]) / box["height"], rel=0.01)
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs=2")).to_be_visible()
    press(page, "Home")
    rests(page, 0)
    assert views(page)[:2] == [x, y]
    page.locator(f"{PLOT} [data-title='Show everything']").click()
    page.wait_for_function(
        "from => document.querySelector('.latent-player-plot').layout.xaxis.range[0] === from",
        arg=whole[0][0],
    )


@pytest.mark.parametrize(
    ("case", "maps", "columns", "rows"),
    [("four", 4, 2, 2), ("five", 5, 3, 2), ("six", 6, 3, 2), ("seven", 7, 4, 2)],
)
def test_many_maps_stand_in_two_rows(
    page: Page, url: str, case: str, maps: int, columns: int, rows: int
) -> None:
    visit(page, url, case)
    boxes = [panel.bounding_box() for panel in page.locator(f"{PLOT} .nsewdrag").all()]
    assert len(boxes) == maps
    assert len({round(box["x"]) for box in boxes if box}) == columns
    assert len({round(box["y"]) for box in boxes if box}) == rows
    lines = page.locator(".latent-player-heads path").evaluate_all(
        "paths => paths.map((path) => [path.getAttribute('stroke'),"
        " path.getAttribute('stroke-dasharray')].join())"
    )
    assert len(set(lines)) == maps


def test_the_player_follows_the_theme(page: Page, url: str) -> None:
    player = visit(page, url)
    rests(page, 120)
    node = player.element_handle()
    ink = "() => document.querySelector('.latent-player-plot').layout.font.color"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({ink})() !== light", arg=light)
    rests(page, 120)
    assert node.evaluate("node => node.isConnected")
    line = "() => document.querySelector('.latent-player-curves-plot').layout.font.color"
    page.wait_for_function(f"() => ({line})() === ({ink})()")  # the curves come a little later


def test_a_diverged_map_is_said_to_be(page: Page, url: str) -> None:
    visit(page, url, "diverged")
    press(page, "End")
    rests(page, 59)
    assert np.isnan(shown(page)[1]).all()
    assert np.isfinite(shown(page)[0]).all()
    heads = page.locator(".latent-player-heads [data-measure=kl]")
    expect(heads.last).to_have_text("KL diverged")
    press(page, "Home")
    rests(page, 0)
    assert np.isfinite(shown(page)).all()


def test_a_player_that_leaves_cleans_up(page: Page, url: str) -> None:
    visit(page, url)
    plot = page.locator(PLOT).element_handle()
    page.get_by_text("Show the maps").click()
    expect(page.locator(PLAYER)).to_have_count(0)
    page.wait_for_function("plot => !plot._fullLayout", arg=plot)  # what Plotly.purge leaves
    page.get_by_text("Show the maps").click()
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible()


def test_without_plotly_there_is_a_sentence(
    page: Page, url: str, console_errors: list[str]
) -> None:
    page.goto(f"{url}/?case=missing")
    expect(page.get_by_text("The axes could not be drawn")).to_be_visible(timeout=60_000)
    expect(page.locator(PLAYER)).to_have_attribute("data-state", "error")
    page.goto("about:blank")  # no complaint comes after they have been looked at
    # One complaint or two, about the file that is not there.
    assert console_errors
    assert all("/static/js/none.js" in complaint for complaint in console_errors)
    console_errors.clear()
