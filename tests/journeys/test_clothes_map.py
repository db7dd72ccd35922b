"""A t-SNE run of clothes in a browser: its classes have names, also on a phone and in its file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.browser.server import Server
from core.data.data_sets import DATA_SETS, FASHION
from core.export import write_html
from tests.journeys.conftest import NewPage, Serve
from tests.journeys.player import PLAYER, PLOT
from tests.support.recorded_run import record_run

Settled = Callable[[Page], None]

CLASSES = DATA_SETS[FASHION].classes
RUN = "clothes"


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab with a run of clothes."""
    with serve() as server:
        record_run(server.runs / RUN, data=FASHION)
        yield server


def opened(page: Page, lab: Server, settled: Settled) -> Locator:
    """Opens the run and waits until its maps rest."""
    page.goto(f"{lab.url}/tsne?run={RUN}")
    settled(page)
    expect(page.locator(f"{PLOT}[data-settled=true]")).to_be_visible(timeout=60_000)
    return page.locator(PLAYER)


def test_legend_card_and_neighbours_call_clothes_by_their_classes(
    page: Page, lab: Server, settled: Settled
) -> None:
    player = opened(page, lab, settled)
    legend = player.get_by_role("group", name=re.compile("^Pictures: press to hide or show"))
    assert legend.get_by_role("button").all_inner_texts() == list(CLASSES)
    boots = legend.get_by_role("button", name="Ankle boot")
    expect(boots).to_have_attribute("title", re.compile(r"^\d+ pictures\. .*this class alone$"))
    boots.press("Shift+Enter")  # so that what is pointed at is a boot
    expect(legend.get_by_role("button", name="Bag")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(f"{PLOT}[data-settled=true]")).to_be_visible()

    card = player.locator(".latent-player-card")
    stage = player.locator(".latent-player-stage").bounding_box()
    assert stage
    for step in range(200):  # over the first map, line by line
        x, y = 60 + 20 * (step % 16), 60 + 22 * (step // 16)
        page.mouse.move(stage["x"] + x, stage["y"] + y)
        if card.is_visible():
            break
    expect(card.locator("b")).to_have_text("Ankle boot")

    player.get_by_role("button", name="Follow any picture").click()
    followed = player.get_by_label("The followed picture")
    expect(followed.locator("figcaption")).to_contain_text("Ankle boot, no. ")
    expect(followed).to_contain_text("have its label, Ankle boot")
    expect(player.locator(".latent-player-announced")).to_contain_text("Following Ankle boot")
    assert player.get_by_role("button", name="Numerals").count() == 0
    assert "digit" not in player.inner_text().lower()


def test_the_names_have_room_on_a_phone(new_page: NewPage, lab: Server, settled: Settled) -> None:
    page = new_page(390, 844)
    player = opened(page, lab, settled)
    player.get_by_role("button", name="Follow any picture").evaluate("button => button.click()")
    expect(player.get_by_label("The followed picture")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for part in player.locator(".latent-player-legend button, .latent-player-near button").all():
        box = part.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390


def test_the_exported_replay_names_the_classes(page: Page, lab: Server) -> None:
    path = lab.runs.parent / "replay.html"
    write_html(record_run(lab.runs.parent / "exported", data=FASHION), path)
    page.goto(path.as_uri())
    legend = page.get_by_label("Pictures shown")
    assert legend.get_by_role("button").all_inner_texts() == list(CLASSES)
    stage = page.locator("figure canvas").first.bounding_box()
    assert stage
    tip = page.locator(".tip")
    for step in range(400):
        x, y = 15 * (step % 20), 15 * (step // 20)
        page.mouse.move(stage["x"] + x, stage["y"] + y)
        if tip.is_visible():
            break
    expect(tip).to_have_text(re.compile(rf"^({'|'.join(CLASSES)}), number \d+ of the training set"))
