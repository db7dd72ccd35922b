"""What a visitor finds out from a replay: pointing, clicking, drawing around, hiding."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import still_box
from tests.journeys.player import (
    APP,
    PIXELS,
    PLAY,
    PLAYER,
    PLOT,
    SAID,
    at_rest,
    lasso,
    place,
    rests,
    shown,
    standard,
    views,
    visit,
)

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


def test_a_lasso_selects_the_same_digits_everywhere(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    positions = shown(page)
    (left, right), *_ = views(page)
    lasso(page, 0)
    expected = np.flatnonzero(positions[0, :, 0] > (left + right) / 2)
    assert 50 < len(expected) < 250
    expect(page.locator(SAID).last).to_have_text(f"point=None lasso={len(expected)} iteration=240")
    rests(page, 120)
    selected = page.evaluate(
        "() => document.querySelector('.latent-player-plot').data.map((t) => [...t.selectedpoints])"
    )
    assert selected == [expected.tolist()] * 2
    lassoed = page.get_by_role("region", name="The selected digits")
    expect(lassoed).to_contain_text(f"{len(expected)} digits selected")
    page.keyboard.press("Escape")
    expect(lassoed).to_be_hidden()
    expect(page.locator(SAID).last).to_have_text("point=None lasso=0 iteration=240")


def test_the_maps_stay_where_they_are_while_a_lasso_is_drawn(page: Page, url: str) -> None:
    """Also where the page becomes narrower meanwhile, as by a scrollbar."""
    player = visit(page, url)
    rests(page, 120)
    at_rest(page)
    positions, ((from_, to), *_) = shown(page), views(page)
    drawn = "() => document.querySelector('.latent-player-plot').layout.width"
    width = page.evaluate(drawn)
    box = still_box(page.locator(f"{PLOT} .nsewdrag").first)
    left, right = box["x"] + box["width"] / 2, box["x"] + box["width"] - 4
    top, bottom = box["y"] + 4, box["y"] + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, top, steps=4)
    narrower = """async player => {
      player.style.width = `${player.clientWidth - 60}px`;
      for (let i = 0; i < 12; i++) await new Promise((next) => requestAnimationFrame(next));
    }"""
    player.evaluate(narrower)
    assert page.evaluate(drawn) == width
    for x, y in ((right, bottom), (left, bottom)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()
    enclosed = int((positions[0, :, 0] > (from_ + to) / 2).sum())
    expect(page.locator(SAID).last).to_have_text(f"point=None lasso={enclosed} iteration=240")
    page.wait_for_function(f"width => ({drawn})() <= width - 60", arg=width)


def test_a_hidden_class_is_neither_seen_nor_selected(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    labels = standard().labels
    entry = page.get_by_role("button", name="0", exact=True)
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")
    rests(page, 120)
    np.testing.assert_array_equal(np.isnan(shown(page)[:, :, 0]), [labels == 0] * 2)
    lasso(page, 1)  # class 0 is on the right
    chips = page.locator(".latent-player-chips")
    expect(chips).to_contain_text("× 1")
    expect(chips).not_to_contain_text("× 0")
    page.get_by_role("button", name="3", exact=True).dblclick()  # that class alone
    rests(page, 120)
    np.testing.assert_array_equal(np.isnan(shown(page)[0, :, 0]), labels != 3)


def test_a_class_is_shown_alone_by_keyboard(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    entries = page.locator(".latent-player-legend button")
    seen = entries.and_(page.locator("[aria-pressed=true]"))
    entries.nth(3).press("Shift+Enter")
    expect(seen).to_have_text("3")
    entries.nth(5).press("Enter")  # alone it only adds one
    expect(seen).to_have_text(["3", "5"])
    entries.nth(5).press("Shift+Enter")
    expect(seen).to_have_text("5")
    rests(page, 120)
    np.testing.assert_array_equal(np.isnan(shown(page)[0, :, 0]), standard().labels != 5)
    entries.nth(5).press("Shift+Enter")  # all again
    expect(seen).to_have_count(10)
    entries.nth(2).click(modifiers=["Shift"])
    expect(seen).to_have_text("2")
    expect(entries.nth(2)).to_have_attribute("title", re.compile(r"Shift\+Enter: this digit alone"))


def test_hovering_shows_the_digit(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    x, y = place(page, 1, 42)
    page.mouse.move(x - 3, y)
    page.mouse.move(x, y)
    card = page.locator(".latent-player-card")
    expect(card).to_be_visible()
    point = int(card.get_attribute("data-point") or -1)
    recording = standard()
    expect(card).to_contain_text(f"digit {recording.labels[point]}")
    expect(card).to_contain_text(f"no. {point}")
    pixels = card.locator("canvas").evaluate(
        "c => [...c.getContext('2d').getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    assert pixels == recording.pictures[point].tolist()
    page.mouse.move(5, 5)
    expect(card).to_be_hidden()


def test_a_click_follows_a_digit(page: Page, url: str) -> None:
    visit(page, url)
    rests(page, 120)
    recording = standard()
    before = page.evaluate(PIXELS)
    page.mouse.click(*place(page, 0, 7))
    said = page.locator(SAID).last
    expect(said).to_have_text(re.compile(r"point=\d+ lasso=0 iteration=240"))
    point = int(said.inner_text().split()[0].removeprefix("point="))
    after = page.evaluate(PIXELS)
    assert before[0] != after[0], "no trail on the first map"
    assert before[1] != after[1], "no trail on the second map"
    positions = shown(page)
    followed = page.get_by_role("region", name="The followed digit")
    for panel in (0, 1):
        distance = np.linalg.norm(positions[panel] - positions[panel, point], axis=1)
        nearest = np.argsort(distance)[1:9].tolist()
        tiles = followed.locator(f"[data-neighbour^='{panel} ']")
        listed = [tile.get_attribute("data-neighbour") for tile in tiles.all()]
        assert listed == [f"{panel} {other}" for other in nearest]
    tiles.first.click()  # go on to a neighbour
    expect(said).to_have_text(f"point={nearest[0]} lasso=0 iteration=240")
    expect(followed).to_contain_text(f"digit {recording.labels[nearest[0]]}, no. {nearest[0]}")
    page.get_by_role("button", name="Clear selection").click()
    expect(followed).to_be_hidden()
    page.get_by_role("button", name="Follow any digit").click()
    expect(followed).to_be_visible()


def test_on_a_phone_everything_fits_and_a_tap_follows(new_page: NewPage, url: str) -> None:
    phone = new_page(390, 844, has_touch=True, is_mobile=True)
    visit(phone, url)
    rests(phone, 120)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [panel.bounding_box() for panel in phone.locator(f"{PLOT} .nsewdrag").all()]
    assert len({round(box["x"]) for box in boxes if box}) == 1
    edges = phone.locator(
        f"{PLAYER} :is(button, select, output, canvas, .modebar-btn)"
    ).evaluate_all("nodes => nodes.map((node) => node.getBoundingClientRect().right)")
    assert max(edges) <= 390
    phone.locator(".latent-player-heads").scroll_into_view_if_needed()
    phone.touchscreen.tap(*place(phone, 0, 7))
    expect(phone.get_by_role("region", name="The followed digit")).to_be_visible()
    expect(phone.locator(".latent-player-card")).to_be_visible()


def test_moving_maps_can_be_pointed_at_and_drawn_around(page: Page, url: str) -> None:
    player = visit(page, url, "big")
    page.click(PLAY)
    page.locator(f"{PLAYER} select").select_option("0.25")
    expect(player).to_have_attribute("data-state", "playing")
    box = still_box(page.locator(f"{PLOT} .nsewdrag").first)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 5, y)
    page.mouse.move(x, y)
    expect(page.locator(".latent-player-card")).to_be_visible()
    page.mouse.click(x, y)
    said = page.locator(SAID).last
    expect(said).to_have_text(re.compile(r"point=\d+ lasso=0"))
    point = said.inner_text().split()[0]
    page.mouse.move(x + 60, y)
    page.mouse.down()
    for across, down in ((0, 60), (-60, 0), (0, -60), (60, 0)):  # ends where it began
        page.mouse.move(x + across, y + down, steps=4)
    page.mouse.up()
    expect(said).to_have_text(re.compile(rf"{point} lasso=[1-9]\d* "))
    expect(player).to_have_attribute("data-state", "playing")
