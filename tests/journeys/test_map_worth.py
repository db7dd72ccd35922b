"""What the maps of a replay are worth: figures and sentences that follow the clock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.player import PLAY, PLAYER, PLOT, SAID, press, visit
from tests.journeys.worth_page import APP, LAST, Server, answered, opened, show
from tests.support.worth_answers import NEAR, Answers, recording_of

if TYPE_CHECKING:
    from tests.journeys.conftest import AppUrl, NewPage

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def url(app_url: AppUrl) -> str:
    return app_url(APP)


@pytest.fixture
def server(page: Page) -> Iterator[Server]:
    with answered(page) as server:
        yield server


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
