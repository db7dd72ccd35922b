"""Large runs as a visitor meets them: one that is started here, and the gallery's whole MNIST."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import fill_numbers, still_box
from bench.browser.server import Server
from core.tsne.recording import open_recording
from tests.journeys.conftest import Serve
from tests.journeys.player import PIXELS, PLAY, PLAYER, PLOT, at_rest, press

Settled = Callable[[Page], None]

DIGITS, ITERATIONS = 8_000, 240
WHOLE = "tsne-whole-mnist"
X_RANGE = "() => document.querySelector('.latent-player-plot').layout.xaxis.range"
NEXT_PICTURE = f"before => ({PIXELS})().join() !== before.join()"


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, with a run of this module and the gallery's."""
    with serve() as server:
        yield server


def moves(page: Page, times: int) -> None:
    """Waits until the dots have moved so often."""
    for _ in range(times):
        page.wait_for_function(NEXT_PICTURE, arg=page.evaluate(PIXELS))


def everything(page: Page) -> None:
    """Waits until all frames of a large run are there, and the player is at rest."""
    expect(page.locator(f'{PLAYER}[data-kind="replay"][data-loading="done"]')).to_be_visible(
        timeout=60_000
    )
    at_rest(page)


def plays(page: Page, last: int) -> None:
    """Plays from the start, and stops on the way: dots move, and frames change."""
    press(page, "Home")
    expect(page.locator(f'{PLAYER}[data-frame="0"]')).to_be_visible()
    page.click(PLAY)
    moves(page, 5)
    page.wait_for_function(
        "last => Number(document.querySelector('.latent-player').dataset.frame) > last / 3",
        arg=last,
    )
    page.click(PLAY)
    expect(page.locator(f'{PLAYER}[data-state="paused"]')).to_be_visible()


def test_8000_digits_are_watched_paused_resumed_and_explored(
    lab: Server, page: Page, settled: Settled
) -> None:
    page.goto(f"{lab.url}/tsne")
    settled(page)
    page.get_by_role("button", name="All of MNIST", exact=True).click()
    digits = page.get_by_role("spinbutton", name="Digits", exact=True)
    expect(digits).to_have_value("70000")  # what is typed before that is overwritten
    settled(page)
    fill_numbers(page, {"Digits": DIGITS, "Iterations": ITERATIONS})
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page).to_have_url(re.compile(r"run=\d{8}-"))

    pace = page.get_by_role("slider", name="Watch at")
    pace.press("Home")  # ten iterations a second: a fast machine would be done
    expect(page.locator(f'{PLAYER}[data-kind="live"]')).to_be_visible(timeout=60_000)
    moves(page, 5)  # it glides from one half second to the next
    page.get_by_role("button", name="Pause", exact=True).click()
    paused = page.get_by_text(re.compile(rf"Paused after \d+ of {ITERATIONS} iterations"))
    expect(paused).to_be_visible()
    everything(page)
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(f'{PLAYER}[data-kind="live"]')).to_be_visible()
    pace.press("End")  # full speed
    expect(page.get_by_text(f"Done after {ITERATIONS} of {ITERATIONS} iterations")).to_be_visible(
        timeout=60_000
    )
    record = lab.newest_run()
    assert record is not None
    recording = open_recording(record)
    assert recording.iterations[-1] == ITERATIONS
    assert np.ptp(recording.frame(len(recording.iterations) - 1)) > 1

    everything(page)
    plays(page, len(recording.iterations) - 1)
    press(page, "End")
    at_rest(page)
    box = still_box(page.locator(f"{PLOT} .nsewdrag"))
    left, right = page.evaluate(X_RANGE)
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -240)
    page.keyboard.up("Control")
    page.wait_for_function(
        f"whole => {{ const [a, b] = ({X_RANGE})(); return b - a < 0.8 * whole; }}",
        arg=right - left,
    )
    at_rest(page)
    card = page.locator(".latent-player-card")
    for share in np.linspace(0.1, 0.9, 60):  # across the map, until a digit is met
        page.mouse.move(box["x"] + share * box["width"], middle)
        page.evaluate("() => new Promise((next) => requestAnimationFrame(next))")
        if card.is_visible():
            break
    expect(card).to_contain_text(re.compile(r"digit \d"))
    expect(card.locator("canvas:not([data-wanted])")).to_be_visible()


def test_the_whole_of_mnist_is_in_the_gallery_plays_and_can_be_taken_along(
    lab: Server, page: Page, settled: Settled, tmp_path: Path
) -> None:
    page.goto(f"{lab.url}/tsne?run={WHOLE}")
    settled(page)
    expect(page.get_by_role("combobox", name="Run")).to_have_value(re.compile("All of MNIST"))
    everything(page)
    frames = int(page.locator(PLAYER).get_attribute("data-loaded") or 0)
    assert frames > 30
    plays(page, frames - 1)

    page.get_by_text("Export", exact=True).click()
    settled(page)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="HTML replay", exact=True).click()
    replay = tmp_path / "replay.html"
    download.value.save_as(replay)
    assert 1_000_000 < replay.stat().st_size <= 15_000_000
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="Positions (CSV)", exact=True).click()
    with download.value.path().open(encoding="utf-8") as table:
        assert next(table) == "index,label,gains_x,gains_y\n"
        assert sum(1 for _ in table) == 70_000
