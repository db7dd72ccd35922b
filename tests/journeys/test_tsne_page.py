"""t-SNE: watch two maps being made, replay them, export them, at three sizes of the screen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import fill_numbers
from bench.browser.server import Server
from core.runs.record import RunRecord
from core.runs.rights import local_user
from core.tsne.learning_rates import request_learning_rate
from core.tsne.recording import load_recording
from tests.conftest import until
from tests.journeys.conftest import NewPage, Serve
from tests.journeys.player import PLOT

Settled = Callable[[Page], None]

GOING = re.compile(r"Iteration [\d,]+ of 5,000")


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, for runs of this module only."""
    with serve() as server:
        yield server


def start(page: Page, lab: Server, settled: Settled, digits: int, iterations: int) -> None:
    page.goto(f"{lab.url}/tsne")
    settled(page)
    fill_numbers(page, {"Digits": digits, "Iterations": iterations})
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile(r"run=\d{8}-"))


def run_of(page: Page, lab: Server) -> RunRecord:
    match = re.search(r"run=([a-z0-9-]+)", page.url)
    assert match
    return RunRecord(lab.runs / match.group(1))


def test_watch_replay_and_export(lab: Server, page: Page, settled: Settled) -> None:
    start(page, lab, settled, digits=300, iterations=150)
    expect(page.get_by_text("Done after 150 of 150 iterations")).to_be_visible(timeout=60_000)
    record = run_of(page, lab)
    recording = load_recording(record)
    assert recording.positions.shape == (151, 2, 300, 2)
    for name in ("SGD, lr 10", "Adam, lr 0.1"):
        expect(page.get_by_text(name).first).to_be_visible(timeout=30_000)

    # A file that is asked for while the page runs anew, as it does when a run ends, is not made.
    settled(page)
    page.get_by_text("Export", exact=True).click()
    settled(page)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Positions (CSV)").click()
    rows = download.value.path().read_text(encoding="utf-8").splitlines()
    assert rows[0] == "index,label,sgd_x,sgd_y,adam_x,adam_y"
    last = np.array([row.split(",") for row in rows[1:]], dtype=np.float64)
    np.testing.assert_allclose(last[:, 4:], recording.positions[-1, 1], rtol=1e-3)

    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Curves (CSV)").click()
    assert download.value.suggested_filename == (
        f"latent-lab_sgd-and-adam_{record.id}_all-curves.csv"
    )
    head, *rows = download.value.path().read_text(encoding="utf-8").splitlines()
    cells = zip(*(row.split(",") for row in rows), strict=True)
    columns = dict(zip(head.split(","), cells, strict=True))
    history = [row for row in record.history() if row["event"] == "frame"]
    for name in ("sgd", "adam"):
        drawn = [float(value) for value in columns[f"kl_divergence_{name}"]]
        assert drawn == [row["kl_divergence"][name] for row in history]

    page.get_by_role("button", name="200 more iterations").click()
    expect(page.get_by_text("Done after 350 of 350 iterations")).to_be_visible(timeout=60_000)


def test_a_long_run_is_seen_moving_paused_and_given_another_rate(
    lab: Server, page: Page, settled: Settled
) -> None:
    # Enough to last, on a fast machine too, until all is done here.
    start(page, lab, settled, digits=2000, iterations=5000)
    going = page.get_by_role("paragraph").filter(has_text=GOING)  # the player says it, too
    expect(going).to_be_visible(timeout=60_000)
    record = run_of(page, lab)
    rate = page.get_by_role("spinbutton", name="Learning rate of SGD, lr 10", exact=True)
    for wanted in (50.0, 10.0, 50.0):
        rate.fill(f"{wanted:g}")
        rate.press("Enter")
        until(lambda wanted=wanted: record.history()[-1]["learning_rate"]["sgd"] == wanted)
        said = page.get_by_text("The learning rate of SGD, lr 10 was changed to 50 during the run.")
        expect(said).to_have_count(1 if wanted == 50.0 else 0)
        expect(rate).to_have_value(f"{wanted:g}")
    request_learning_rate(record.control, "sgd", 20.0, local_user())  # as somebody else would
    expect(rate).to_have_value("20")
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text(re.compile(r"Paused after [\d,]+ of 5,000"))).to_be_visible(
        timeout=60_000
    )
    page.get_by_role("button", name="Resume").click()
    expect(going).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text(re.compile(r"Cancelled after"))).to_be_visible(timeout=60_000)
    state = json.loads((record.folder / "state.json").read_text())
    assert state["status"] == "cancelled"


def test_optimisers_are_chosen_by_keyboard_on_a_phone(
    lab: Server, new_page: NewPage, settled: Settled
) -> None:
    page = new_page(390, 844)
    page.goto(f"{lab.url}/tsne")
    settled(page)
    for name, value in {"Digits": 100, "Iterations": 5}.items():
        field = page.get_by_role("spinbutton", name=name, exact=True)
        field.fill(str(value))
        field.press("Enter")
        settled(page)
    page.get_by_text("Optimisers", exact=True).click()
    page.get_by_role("button", name="Add an optimiser").press("Enter")
    expect(page.get_by_role("combobox", name="Optimiser 3")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Nesterov momentum")).to_be_visible()
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("spinbutton", name="Learning rate", exact=True).nth(2).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("300")
    page.keyboard.press("Tab")
    expect(page.get_by_role("spinbutton", name="Momentum", exact=True).nth(1)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    for _ in range(2):  # the optimiser, and what removes it
        page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Remove").nth(2)).to_be_focused()
    page.get_by_role("button", name="Remove").first.press("Enter")
    expect(page.get_by_role("combobox", name="Optimiser 3")).to_have_count(0)
    settled(page)
    page.get_by_role("spinbutton", name="Momentum", exact=True).focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.5")  # and Start at once, with what was typed last
    page.get_by_role("button", name="Start", exact=True).press("Enter")
    expect(page.get_by_text("Done after 5 of 5 iterations")).to_be_visible(timeout=60_000)
    values = run_of(page, lab).request.settings["config"]
    assert values["optimizers"] == ["adam", "sgd:lr=300:momentum=0.5"]


def bottom(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"] + box["height"]


def test_maps_start_and_play_are_in_view_on_a_laptop(lab: Server, page: Page) -> None:
    page.goto(f"{lab.url}/tsne?run=tsne-exercise")
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible(timeout=60_000)
    for panel in page.locator(f"{PLOT} .nsewdrag").all():
        box = panel.bounding_box()
        assert box
        assert box["y"] + box["height"] < 900
    for name in ("Start", "Play"):
        button = page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_in_viewport(ratio=1)
    assert bottom(page, f"{PLOT} .nsewdrag") <= bottom(page, ".latent-player-play") - 36


def test_the_first_map_is_on_the_first_screen_of_a_phone(lab: Server, new_page: NewPage) -> None:
    page = new_page(390, 844)
    page.goto(f"{lab.url}/tsne?run=tsne-exercise")
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible(timeout=60_000)
    assert bottom(page, f"{PLOT} .nsewdrag") <= 900
    form = page.get_by_role("heading", name="Run t-SNE").bounding_box()
    assert form
    assert form["y"] > bottom(page, ".latent-player-details"), "the form is behind the maps"
