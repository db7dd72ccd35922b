"""The page Runs in a browser: find, select, compare, rename, note, delete, undo."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.server.visitor import browser_of
from bench.browser.chromium import still_box
from bench.browser.server import Server
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve
from tests.journeys.test_every_view import AXE, COLORS, LAYOUT, NOT_OURS, RUN_AXE, TAGS, lasting

Settled = Callable[[Page], None]

GALLERY = Path(__file__).resolve().parents[2] / "checkpoints" / "gallery"
#: CSS pixels of a row of the table, and of the column with the boxes.
ROW, BOX = 35, 16
HOSTILE = (
    "<img src=//evil.example/x> ![p](https://evil.example/y.png) http://evil.example " + "x" * 90
)
NOTE = """# Why
- it **fell**, see [the paper](https://arxiv.org/abs/1312.6114)
- ![p](https://evil.example/x.png) [j](javascript:alert(1)) http://evil.example www.evil.example

<img src=//evil.example/x onerror=alert(1)> $\\rule{900em}{900em}$ :red[x]
"""


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, for runs of this module only."""
    with serve() as server:
        yield server


def opened(lab: Server, page: Page, settled: Settled, **titles: str) -> None:
    """Open the page as a visitor who owns runs of these titles, by their ids, and no others."""
    shutil.rmtree(lab.runs, ignore_errors=True)
    page.goto(f"{lab.url}/runs")
    settled(page)
    me = browser_of(
        {each.get("name", ""): each.get("value", "") for each in page.context.cookies()}
    )
    assert me, "the browser has no cookie of the lab"
    for number, (name, title) in enumerate(titles.items()):
        folder = lab.runs / name
        shutil.copytree(GALLERY / "compression", folder)
        request = json.loads((folder / "run.json").read_text())
        request |= {"title": title, "visitor": me, "created_at": 1.9e9 + number}
        request["settings"]["training"]["seed"] = number
        (folder / "run.json").write_text(json.dumps(request))
    page.reload()
    table(page)
    settled(page)


def table(page: Page) -> None:
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible(timeout=60_000)


def tick(page: Page, row: int) -> None:
    """Press the box of a row."""
    box = still_box(page.get_by_test_id("stDataFrame"))
    page.mouse.click(box["x"] + BOX, box["y"] + ROW * (row + 1.5))


def search(page: Page, words: str) -> None:
    field = page.get_by_role("textbox", name="Search")
    field.fill(words)
    field.press("Enter")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=option, exact=True).click()


def foreign_links(page: Page) -> list[str]:
    script = "links => links.map((link) => link.href)"
    hrefs: list[str] = page.locator("a[href]").evaluate_all(script)
    return [href for href in hrefs if "127.0.0.1" not in href]


def test_three_runs_are_found_and_compared(lab: Server, page: Page, settled: Settled) -> None:
    titles = {f"own-{number}": f"Own run {number}" for number in range(4)}
    opened(lab, page, settled, **titles)
    search(page, "own run")
    expect(page.get_by_text(re.compile("^4 of "))).to_be_visible()
    choose(page, "Order", "Oldest first")
    expect(page.get_by_role("combobox", name=re.compile("Order"))).to_have_value("Oldest first")
    settled(page)
    for row in range(3):
        tick(page, row)
        expect(page.get_by_text(f"{row + 1} selected")).to_be_visible()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page).to_have_url(re.compile(r"compare=own-0(,|%2C)own-1(,|%2C)own-2"))
    expect(page.get_by_role("heading", name="Curves")).to_be_visible()
    # They differ in the seed alone: one mean with a band.
    expect(
        page.get_by_text(re.compile("A full line is the mean of runs that differ"))
    ).to_be_visible()
    expect(page.get_by_role("heading", name="What differs")).to_be_visible()
    expect(page.get_by_role("heading", name="Ten digits")).to_be_visible(timeout=60_000)
    page.get_by_role("radio", name="Seconds").click()
    expect(page.get_by_text(re.compile("A full line is the mean of runs"))).to_be_hidden()
    page.reload()
    expect(page.get_by_role("heading", name="Curves")).to_be_visible()
    page.get_by_role("button", name="All runs").click()
    table(page)
    expect(page).not_to_have_url(re.compile("compare="))


def test_a_run_is_renamed_noted_on_deleted_and_brought_back(
    lab: Server, page: Page, settled: Settled
) -> None:
    opened(lab, page, settled, mine="My first run", other="My second run")
    search(page, "first")
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    settled(page)
    tick(page, 0)
    expect(page.get_by_role("heading", name="My first run")).to_be_visible()
    popovers = page.get_by_test_id("stPopover")
    popovers.get_by_role("button", name="Rename").click()
    field = page.get_by_role("textbox", name="Name of the run")
    field.fill("My first, better")
    field.press("Enter")
    page.get_by_role("button", name="Save the name").click()
    expect(page.get_by_role("heading", name="My first, better")).to_be_visible()
    page.keyboard.press("Escape")
    popovers.get_by_role("button", name="Write a note").click()
    note = page.get_by_role("textbox", name="Note, in Markdown")
    note.fill(NOTE)
    note.press("Control+Enter")
    page.get_by_role("button", name="Save the note").click()
    until((lab.runs / "mine" / "note.md").exists)
    shown = page.locator(".st-key-run-note")
    expect(shown.get_by_text("fell")).to_be_visible()
    expect(shown.locator("img, .katex, h1")).to_have_count(0)
    assert foreign_links(page) == ["https://arxiv.org/abs/1312.6114", "https://evil.example/x.png"]
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Star", exact=True).click()
    expect(page.get_by_role("button", name="Remove star")).to_be_visible()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("1 run deleted.")).to_be_visible()
    assert not (lab.runs / "mine").exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("1 run deleted.")).to_be_hidden()
    assert (lab.runs / "mine" / "note.md").exists()

    page.reload()
    table(page)
    choose(page, "Whose", "Starred")
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    settled(page)
    tick(page, 0)
    expect(page.get_by_role("heading", name="My first, better")).to_be_visible()
    page.locator(".st-key-runs-open button").click()  # boxes have a button of this name, too
    expect(page).to_have_url(re.compile(r"/autoencoders\?run=mine"))


def test_the_table_is_sorted_by_its_head_and_opens_the_run_that_is_pressed(
    lab: Server, page: Page, settled: Settled
) -> None:
    opened(lab, page, settled, a="Own run A", b="Own run B", c="Own run C")
    search(page, "own run")
    expect(page.get_by_text(re.compile("^3 of "))).to_be_visible()
    settled(page)
    box = still_box(page.get_by_test_id("stDataFrame"))
    # Newest first is C, B, A; a press on the head of the names turns that around.
    page.mouse.click(box["x"] + 130, box["y"] + ROW / 2)
    page.wait_for_timeout(500)  # the canvas is drawn anew, of which nothing tells
    tick(page, 0)
    expect(page.get_by_role("heading", name="Own run A")).to_be_visible()
    page.mouse.click(box["x"] + 32 + 44 + 200 + 35, box["y"] + ROW * 1.5)
    expect(page).to_have_url(re.compile(r"/autoencoders\?run=a$"))


def test_the_keyboard_selects_a_run(lab: Server, page: Page, settled: Settled) -> None:
    opened(lab, page, settled, a="Own run A")
    search(page, "own run")
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    settled(page)
    page.get_by_test_id("stDataFrame").locator("canvas").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page.get_by_role("heading", name="Own run A")).to_be_visible()


@pytest.mark.parametrize("size", [(390, 844), (1024, 768)])
def test_hostile_names_fit_and_axe_is_content(
    lab: Server, new_page: NewPage, settled: Settled, size: tuple[int, int]
) -> None:
    page = new_page(*size)
    page.add_init_script(AXE)
    opened(lab, page, settled, evil=HOSTILE)
    (lab.runs / "evil" / "note.md").write_text(NOTE + "y" * 400)
    search(page, "evil.example")
    expect(page.get_by_text(re.compile("^1 of "))).to_be_visible()
    settled(page)
    tick(page, 0)
    expect(page.get_by_role("heading", name=re.compile("img src="))).to_be_visible()
    assert foreign_links(page) == ["https://arxiv.org/abs/1312.6114", "https://evil.example/x.png"]
    assert page.get_by_test_id("stMain").locator("img").count() == 0
    assert lasting(page, RUN_AXE, [NOT_OURS, TAGS]) == []
    assert lasting(page, RUN_AXE, [NOT_OURS, COLORS]) == []
    found = lasting(page, LAYOUT)
    assert found == []
    page.goto(f"{lab.url}/runs?compare=evil,compression")
    expect(page.get_by_role("heading", name="Ten digits")).to_be_visible(timeout=60_000)
    settled(page)
    assert foreign_links(page) == []
    assert lasting(page, LAYOUT) == []
