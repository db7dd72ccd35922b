"""What the maps of a replay are worth: colours, figures and sentences that follow the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.player import PIXELS, PLAY, PLAYER, PLOT, SAID, place, press, rests, visit
from tests.support.worth_answers import ADDRESS, NEAR, Answers, recording_of

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

APP = Path(__file__).parent / "apps" / "worth_app.py"
LAST = 150
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# The colours of the digits of a panel, as Plotly has them.
COLORS = "panel => [...document.querySelector('.latent-player-plot').data[panel].marker.color]"
# How many pixels of the canvas hold ink; where Plotly has the points, those are lines and rings.
INK = """() => {
  const canvas = document.querySelector('.latent-player-overlay');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).reduce((sum, word) => sum + (word >>> 24 > 0), 0);
}"""


class Server:
    """Answers what a page asks for, and remembers what it was; the answers can be held back."""

    def __init__(self, case: str) -> None:
        self._answers = Answers(recording_of(case))
        self.asked: list[str] = []
        self.held: list[Route] | None = None
        self.refusal = ""

    def serve(self, page: Page) -> None:
        page.route(f"**/{ADDRESS}/**", self._asked)

    def release(self) -> None:
        held, self.held = self.held or [], None
        for route in held:
            self._answer(route)

    def _asked(self, route: Route) -> None:
        self.asked.append(route.request.url.partition(f"{ADDRESS}/")[2])
        if self.held is not None:
            self.held.append(route)
        else:
            self._answer(route)

    def _answer(self, route: Route) -> None:
        kind, *about = route.request.url.partition(f"{ADDRESS}/")[2].split("/")
        if self.refusal:
            route.fulfill(status=409, body=self.refusal)
        elif kind == "neighbours":
            route.fulfill(body=self._answers.neighbours(int(about[0])))
        else:
            route.fulfill(body=self._answers.worth(about[0], int(about[1])))


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    server = Server("")
    server.serve(page)
    yield server
    page.unroute_all(behavior="ignoreErrors")


def show(page: Page, name: str) -> Locator:
    """Presses a button of the group, waits for its figures, and gives their section."""
    page.get_by_role("group", name="Show", exact=True).get_by_role("button", name=name).click()
    section = page.get_by_role("region", name="What the maps are worth")
    expect(section.locator("figure").first).to_be_visible()
    return section


def opened(page: Page, url: str, name: str) -> Locator:
    visit(page, url)
    rests(page, LAST)
    section = show(page, name)
    rests(page, LAST)
    return section


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


def test_figures_follow_the_clock_with_one_request_at_a_time(
    page: Page, url: str, server: Server
) -> None:
    section = opened(page, url, "Cost")
    expect(section).to_contain_text("at iteration 150.")
    server.held = []
    slider = page.get_by_role("slider", name="Iteration")
    for frame in (10, 20, 30, 40):
        slider.fill(str(frame))
        expect(page.locator(PLAYER)).to_have_attribute("data-frame", str(frame))
    assert server.asked == ["worth/cost/150", "worth/cost/10"]
    expect(section).to_contain_text("at iteration 150.")
    server.release()
    expect(section).to_contain_text("at iteration 40.")
    assert server.asked == ["worth/cost/150", "worth/cost/10", "worth/cost/40"]
    slider.fill("10")
    expect(section).to_contain_text("at iteration 10.")
    assert len(server.asked) == 3, "what is known is not asked for again"
    server.held = []
    slider.fill("60")
    expect(page.locator(PLAYER)).to_have_attribute("data-frame", "60")
    slider.fill("40")
    expect(section).to_contain_text("at iteration 40.")
    server.release()
    page.wait_for_timeout(500)
    expect(section).to_contain_text("at iteration 40.")  # the answer about 60 comes too late
    press(page, "Home")
    page.locator(f"{PLAYER} select").select_option("0.25")
    page.click(PLAY)
    expect(section).to_have_attribute("data-shown", re.compile(r"cost [2-9]\d"))
    page.click(PLAY)
    iteration = page.locator(PLAYER).get_attribute("data-iteration")
    expect(section).to_contain_text(f"at iteration {iteration}.")


def test_until_the_first_answer_it_says_that_it_computes(
    page: Page, url: str, server: Server
) -> None:
    visit(page, url)
    server.held = []
    page.get_by_role("button", name="Cost").click()
    section = page.get_by_role("region", name="What the maps are worth")
    expect(section).to_contain_text("Computing …")
    server.release()
    expect(section.locator("figure")).to_have_count(3)
    expect(section).not_to_contain_text("Computing …")


def test_the_costliest_digits_are_listed_and_can_be_followed(
    page: Page, url: str, server: Server
) -> None:
    section = opened(page, url, "Cost")
    costs = Answers(recording_of("")).costs(0, LAST)
    tiles = section.get_by_role("group", name="The costliest digits on SGD, lr 10")
    expect(tiles.get_by_role("button")).to_have_count(12)
    order = np.argsort(-costs)
    label = recording_of("").labels[order[0]]
    first = tiles.get_by_role("button").first
    expect(first).to_have_attribute("title", re.compile(f"^Follow this {label}, .* nats$"))
    first.click()
    expect(page.locator(SAID).last).to_have_text(f"point={order[0]}")
    tenth = np.sort(costs)[-30:].sum() / costs.sum()
    expect(section.locator("figcaption").first).to_contain_text(f"carries {100 * tenth:.0f} %")
    expect(section.locator("figcaption").last).to_contain_text("PCA has no cost")
    expect(section).to_contain_text("draw no conclusion from where they lie")


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


def test_shared_neighbours_and_distances_have_figures(page: Page, url: str, server: Server) -> None:
    section = opened(page, url, "Shared neighbours")
    expect(section.get_by_role("img", name=re.compile("^Histogram of shared"))).to_have_count(2)
    expect(section).to_contain_text(f"Of a digit's {NEAR} neighbours on one map")
    show(page, "Distances")
    diagrams = section.get_by_role("img", name=re.compile("^Pairs of digits on "))
    expect(diagrams).to_have_count(3)
    inked = """canvas => [...canvas.getContext('2d').getImageData(0, 0, 32, 32).data]
      .filter((value, i) => i % 4 === 3 && value > 0).length"""
    assert diagrams.first.locator("canvas").evaluate(inked) > 100
    expect(section).to_contain_text("rank correlation of")


def test_what_the_server_refuses_is_said(
    page: Page, url: str, server: Server, console_errors: list[str]
) -> None:
    visit(page, url)
    server.refusal = "The run has changed since the page was opened; reload the page."
    page.get_by_role("button", name="Cost").click()
    section = page.get_by_role("region", name="What the maps are worth")
    expect(section.get_by_role("alert")).to_contain_text(server.refusal)
    server.refusal = ""
    section.get_by_role("button", name="Try again").click()
    expect(section.locator("figure")).to_have_count(3)
    expect(section.get_by_role("alert")).to_have_count(0)
    assert all("409" in complaint for complaint in console_errors)
    console_errors.clear()


def test_one_map_has_nothing_to_share(page: Page, url: str) -> None:
    Server("one").serve(page)
    visit(page, url, "one")
    group = page.get_by_role("group", name="Show", exact=True)
    expect(group.get_by_role("button")).to_have_text(
        ["Classes", "Cost", "Kept neighbours", "Distances"]
    )
    section = show(page, "Distances")
    expect(section.locator("figure")).to_have_count(1)
    expect(section).not_to_contain_text("With the other maps")


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_is_cut_off_and_axe_is_content(
    new_page: NewPage, url: str, scheme: str
) -> None:
    phone = new_page(390, 844, color_scheme=scheme)
    phone.add_init_script(AXE)
    Server("").serve(phone)
    visit(phone, url)
    for name in ("Cost", "Kept neighbours", "Shared neighbours", "Distances"):
        section = show(phone, name)
        expect(section).to_contain_text(re.compile("neighbours|costliest|correlation"))
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        wide = """section => [...section.querySelectorAll('*')].filter((node) =>
          node.getBoundingClientRect().right > 390).length"""
        assert section.evaluate(wide) == 0
        found = phone.evaluate(
            """async ([include, exclude, runOnly]) =>
              (await axe.run({ include, exclude }, { runOnly })).violations.map(
                ({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`)""",
            [[PLAYER], [PLOT], RULES],
        )
        assert found == [], name
