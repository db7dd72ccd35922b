"""How the maps of a player look: axes, marks, colours, and where something is missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.player import (
    APP,
    COVERED,
    PIXELS,
    PLAY,
    PLAYER,
    PLOT,
    press,
    rests,
    shown,
    views,
    visit,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import Serve


@pytest.fixture(scope="module")
def url(serve: Serve) -> Iterator[str]:
    with serve(APP) as server:
        yield server.url


def test_axes_can_follow(page: Page, url: str) -> None:
    visit(page, url, "end")
    rests(page, 120)
    fixed = views(page)
    press(page, "Home")
    rests(page, 0)
    assert views(page) == fixed
    page.get_by_role("button", name="Follow", exact=True).click()
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


@pytest.mark.parametrize("marks", ["Numerals", "Pictures"])
def test_digits_can_be_drawn_as_what_they_are(page: Page, url: str, marks: str) -> None:
    visit(page, url, "end")
    rests(page, 120)
    dots = page.evaluate(PIXELS)
    page.get_by_role("button", name=marks).click()
    page.wait_for_function(f"dots => ({PIXELS})()[0] !== dots[0]", arg=dots)
    expect(page.locator(COVERED)).to_have_count(1)  # the canvas has them, not Plotly


def test_a_zoom_lives_through_reruns_and_can_be_undone(page: Page, url: str) -> None:
    visit(page, url, "end")
    rests(page, 120)
    whole = views(page)
    plot = page.locator(PLOT)
    page.locator(f"{PLOT} [data-title=Zoom]").click()
    box = page.locator(f"{PLOT} .nsewdrag").first.bounding_box()
    assert box is not None
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


def test_four_maps_stand_two_by_two(page: Page, url: str) -> None:
    visit(page, url, "four")
    boxes = [panel.bounding_box() for panel in page.locator(f"{PLOT} .nsewdrag").all()]
    assert len(boxes) == 4
    assert len({round(box["x"]) for box in boxes if box}) == 2
    assert len({round(box["y"]) for box in boxes if box}) == 2


def test_the_player_follows_the_theme(page: Page, url: str) -> None:
    player = visit(page, url, "end")
    rests(page, 120)
    node = player.element_handle()
    ink = "() => document.querySelector('.latent-player-plot').layout.font.color"
    light = page.evaluate(ink)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => ({ink})() !== light", arg=light)
    rests(page, 120)
    assert node.evaluate("node => node.isConnected")
    line = "() => document.querySelector('.latent-player-curves-plot').layout.font.color"
    assert page.evaluate(line) == page.evaluate(ink)


def test_the_maps_can_be_downloaded(page: Page, url: str) -> None:
    visit(page, url, "end")
    rests(page, 120)
    with page.expect_download() as download:
        page.locator(f"{PLOT} [data-title='Download as PNG']").click()
    assert download.value.suggested_filename == "maps.png"
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_diverged_map_is_said_to_be(page: Page, url: str) -> None:
    visit(page, url, "diverged")
    press(page, "End")
    rests(page, 59)
    assert np.isnan(shown(page)[1]).all()
    assert np.isfinite(shown(page)[0]).all()
    heads = page.locator(".latent-player-heads [data-measure=kl]")
    expect(heads.last).to_have_text("KL(P‖Q) diverged")
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
    # One complaint or two, about the file that is not there.
    assert console_errors
    assert all("/static/js/none.js" in complaint for complaint in console_errors)
    console_errors.clear()
