"""What the maps of a replay are worth, as colours of the digits and as lines between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.player import INK, PIXELS, PLAYER, place, rests, visit
from tests.journeys.worth_page import APP, LAST, Server, answered, opened, show
from tests.support.worth_answers import Answers, recording_of

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl

# The colours of the digits of a panel, as Plotly has them.
COLORS = "panel => [...document.querySelector('.latent-player-plot').data[panel].marker.color]"


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    with answered(page) as server:
        yield server


def rank(colors: list[str]) -> np.ndarray:
    """How far along the scale colours are: viridis gains green all the way."""
    return np.array([int(color.split(",")[1]) for color in colors])


def test_each_choice_colours_the_digits_by_its_value(page: Page, url: str, server: Server) -> None:
    answers = Answers(recording_of(""))
    visit(page, url)
    rests(page, LAST)
    classes = page.evaluate(COLORS, 0)
    assert len(set(classes)) == 10
    scale = page.get_by_role("img", name=re.compile("^Colours of digits"))
    expect(scale).to_be_hidden()
    show(page, "Cost")
    rests(page, LAST)
    expect(scale).to_have_text(re.compile(r"^0[\d.]+ nats$"))
    costs = [rank(page.evaluate(COLORS, panel)) for panel in (0, 1)]
    for panel, found in enumerate(costs):
        wanted = answers.costs(panel, LAST)
        assert np.corrcoef(found, wanted)[0, 1] > 0.9
    assert (costs[0] != costs[1]).any(), "each map has its own costs"
    assert len(set(page.evaluate(COLORS, 2))) == 1, "PCA has none"
    show(page, "Kept neighbours")
    rests(page, LAST)
    expect(scale).to_have_text("0100 %")
    kept = answers.kept(2, LAST)
    assert np.corrcoef(rank(page.evaluate(COLORS, 2)), kept)[0, 1] > 0.95
    show(page, "Distances")
    rests(page, LAST)
    assert page.evaluate(COLORS, 0) == classes
    expect(scale).to_be_hidden()
    page.get_by_role("button", name="Classes").click()
    expect(page.get_by_role("region", name="What the maps are worth")).to_be_hidden()
    assert [each.rpartition("/")[0] for each in server.asked] == [
        "worth/cost",
        "worth/kept",
        "worth/distances",
    ]


@pytest.mark.parametrize("marks", ["Numerals", "Pictures"])
def test_the_canvas_has_the_same_colours(page: Page, url: str, server: Server, marks: str) -> None:
    visit(page, url)
    rests(page, LAST)
    page.get_by_role("button", name=marks).click()
    page.wait_for_timeout(300)
    classes = page.evaluate(PIXELS)
    show(page, "Kept neighbours")
    page.wait_for_function(f"before => ({PIXELS})()[0] !== before[0]", arg=classes)
    page.get_by_role("button", name="Classes").click()
    page.wait_for_function(f"before => ({PIXELS})()[0] === before[0]", arg=classes)
    assert server.asked == [f"worth/kept/{LAST}"]


def test_lines_lead_to_the_neighbours_of_a_digit(page: Page, url: str, server: Server) -> None:
    opened(page, url, "Kept neighbours")
    kept = Answers(recording_of("")).kept(0, LAST)
    point = int(np.flatnonzero(np.abs(kept - 0.5) < 0.11)[0])
    without = page.evaluate(INK)
    page.mouse.move(*place(page, 0, point))
    card = page.locator(".latent-player-card")
    expect(card).to_be_visible()
    hovered = int(card.get_attribute("data-point") or -1)  # one may lie over the other
    expect(card).to_contain_text(f"kept {100 * kept[hovered]:.0f} %")
    page.wait_for_function(f"least => ({INK})() > least", arg=without + 1500)
    assert f"neighbours/{hovered}" in server.asked
    show(page, "Cost")
    rests(page, LAST)
    page.mouse.move(*place(page, 0, point))
    page.wait_for_function(f"most => ({INK})() < most", arg=without + 1500)


def test_a_fixed_map_has_no_divergence_and_no_curve(page: Page, url: str, server: Server) -> None:
    visit(page, url)
    rests(page, LAST)
    last = page.locator(".latent-player-heads > div").last
    expect(last).to_contain_text("PCA")
    expect(last.locator("[data-measure=kl]")).to_be_hidden()
    expect(last.locator("[data-measure=agreement]")).to_have_text(re.compile(r"5-NN \d"))
    names = """() => document.querySelector('.latent-player-curves-plot').layout.annotations
      .map(({ text }) => text)"""
    page.wait_for_function(f"() => ({names})().length >= 4")
    assert "PCA" not in page.evaluate(names)
    assert server.asked == []


def test_many_digits_are_coloured_on_the_canvas(page: Page, url: str) -> None:
    Server("many").serve(page)
    visit(page, url, "many")
    expect(page.locator(f"{PLAYER}[data-drawn-as=dots]")).to_be_visible()
    page.wait_for_timeout(500)
    classes = page.evaluate(PIXELS)
    show(page, "Kept neighbours")
    page.wait_for_function(f"before => ({PIXELS})()[0] !== before[0]", arg=classes)
