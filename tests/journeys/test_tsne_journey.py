"""The t-SNE page from Start to the exported files, held against what is on the disk."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from bench.browser.chromium import fill_numbers
from bench.browser.server import Server
from core.runs.record import RunRecord
from tests.core.export.reading import colored, frames_of
from tests.journeys.conftest import NewPage, Serve, slow_computer
from tests.journeys.player import PLAY, PLAYER, lasso, rests, shown, views

DIGITS, ITERATIONS = 300, 150
STEP, PAUSE = 15, 0.6  # iterations, and the seconds after each so many

# What maps that move showed, frame by frame: [live or playing, iteration, a number for each half's
# picture].
WATCH = """() => {
  window.watched = [];
  requestAnimationFrame(function look() {
    for (const player of document.querySelectorAll('.latent-player')) {
      const { state, iteration } = player.dataset;
      const canvas = player.querySelector('.latent-player-overlay');
      if (!['live', 'playing'].includes(state) || !canvas?.width) continue;
      const half = canvas.width >> 1;
      watched.push([state, Number(iteration), ...[0, 1].map((side) => {
        const { data } = canvas.getContext('2d')
          .getImageData(side * half, 0, half, canvas.height);
        return new Uint32Array(data.buffer).reduce((sum, x) => (Math.imul(sum, 31) + x) | 0, 0);
      })]);
    }
    requestAnimationFrame(look);
  });
}"""


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    """The lab, whose runs are computed in a process of their own."""
    with serve(env={"LATENT_LAB_EXECUTOR": "process"}) as server:
        yield server


def on_disk(record: RunRecord, iteration: int) -> np.ndarray:
    """The positions of an iteration as they were written, (2, N, 2)."""
    content = np.fromfile(record.folder / "frames.f16", np.float16)
    return content.reshape(ITERATIONS + 1, 2, DIGITS, 2)[iteration].astype(np.float32)


def is_shown(page: Page, positions: np.ndarray) -> None:
    """What Plotly shows is this, but for the half step of 16 bits that sending it may lose."""
    error = np.abs(shown(page) - positions).max(axis=(1, 2))
    assert (error <= np.abs(positions).max(axis=(1, 2)) / 65_534 * 1.01).all(), error


def taken(page: Page, button: str, folder: Path) -> Path:
    """The file that a button of "Export" gives."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=button, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_start_watch_replay_scrub_lasso_and_export(
    lab: Server,
    new_page: NewPage,
    settled: Callable[[Page], None],
    tmp_path: Path,
) -> None:
    began = time.monotonic()
    page = new_page(1440, 1400)  # so that nothing has to be scrolled to
    page.goto(f"{lab.url}/tsne")
    settled(page)
    fill_numbers(page, {"Digits": DIGITS, "Iterations": ITERATIONS})
    expect(page.locator(f"{PLAYER} .xtick text").first).to_be_visible()  # the gallery's run
    page.evaluate(WATCH)
    with slow_computer(lab.runs, STEP, PAUSE):
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page).to_have_url(re.compile(r"run=\d{8}-"))
        expect(page.get_by_text(f"Done after {ITERATIONS} of {ITERATIONS}")).to_be_visible(
            timeout=60_000
        )
    (record,) = (RunRecord(path.parent) for path in lab.runs.glob("*/run.json"))

    # While it ran both maps moved, and glided from one tick to the next.
    live = [row[1:] for row in page.evaluate("watched") if row[0] == "live"]
    ticks = {iteration for iteration, *_ in live if 0 < iteration < ITERATIONS}
    assert len(ticks) >= 3, sorted(ticks)
    for half in (1, 2):
        pictures = {row[half] for row in live if row[0] in ticks}
        assert len(pictures) > 2 * len(ticks), "it jumps from tick to tick"

    # It stays where it ended. Play starts over, and both maps move. That is over in three seconds,
    # in which a busy machine may ask nothing; so it is noted, and judged now.
    rests(page, ITERATIONS)
    is_shown(page, on_disk(record, ITERATIONS))
    assert {state for state, *_ in page.evaluate("watched")} == {"live"}
    page.click(PLAY)
    page.wait_for_function("() => watched.at(-1)[0] === 'playing'")
    rests(page, ITERATIONS)
    watched = page.evaluate("watched")
    went = max(place for place, (state, *_) in enumerate(watched) if state == "live")
    for half in (2, 3):
        assert len({row[half] for row in watched[went + 1 :]}) > 2, "the replay stands still"
    is_shown(page, on_disk(record, ITERATIONS))

    # Back to an iteration, and to another one.
    scrub = page.locator(f"{PLAYER} input[type=range]")
    for iteration in (40, 97):
        scrub.fill(str(iteration))
        rests(page, iteration)
        expect(page.locator(f"{PLAYER} .latent-player-time")).to_have_text(
            f"{iteration} / {ITERATIONS}"
        )
        is_shown(page, on_disk(record, iteration))

    # Around some digits of the first map: the same are shown below, and told to Python.
    (left, right), *_ = views(page)
    lasso(page, 0)
    region = page.get_by_role("region", name="The selected digits")
    expect(region).to_be_visible()
    rests(page, 97)
    first, second = page.evaluate(
        "() => document.querySelector('.latent-player-plot').data.map((t) => [...t.selectedpoints])"
    )
    assert first == second
    inside, across = np.isin(np.arange(DIGITS), first), shown(page)[0, :, 0] - (left + right) / 2
    assert 10 < inside.sum() < DIGITS - 10
    pixel = (right - left) / 250  # at least: what is this near to the line may be on either side
    assert across[inside].min() > -2 * pixel
    assert across[~inside].max() < 2 * pixel
    expect(region).to_contain_text(f"{len(first)} digits selected")
    expect(page.get_by_text(f"Selected: {len(first)} digits")).to_be_visible()
    tiles = region.locator("canvas, img")
    expect(tiles).to_have_count(min(60, len(first)))
    expect(tiles.first).to_have_attribute("title", re.compile(rf"^digit \d, no\. {first[0]}$"))
    is_shown(page, on_disk(record, 97))

    page.get_by_text("Export", exact=True).click()
    check_gif(taken(page, "GIF, all maps", tmp_path))
    for path in tmp_path.iterdir():
        assert path.name.startswith(f"latent-lab_sgd-and-adam_{record.id}_")
    check_html(taken(page, "HTML replay", tmp_path), new_page)
    print(f"the journey took {time.monotonic() - began:.1f} s")


def check_gif(path: Path) -> None:
    """Two panels with digits in them, which move from frame to frame."""
    frames = frames_of(path)
    assert len(frames) == 80
    middle = frames[0].shape[1] // 2
    for half in (slice(None, middle), slice(middle, None)):
        panels = [frame[:-62, half] for frame in frames]  # without the legend and the clock
        assert all(colored(panel) > 200 for panel in panels[::26])
        assert all((one != other).any() for one, other in pairwise(panels))


def check_html(path: Path, new_page: NewPage) -> None:
    """Opened from the disk and without a network it draws both maps, and moves them."""
    offline = new_page(offline=True, reduced_motion="reduce")
    asked: list[str] = []
    offline.on("request", lambda request: asked.append(request.url))
    offline.goto(path.as_uri())
    expect(offline.locator("output.iteration")).to_contain_text("Iteration")
    maps = "() => [...document.querySelectorAll('figure canvas')].map((map) => map.toDataURL())"
    inks = """() => [...document.querySelectorAll('figure canvas')].map((map) => {
      const { data } = map.getContext('2d').getImageData(0, 0, map.width, map.height);
      return new Set(new Uint32Array(data.buffer)).size;
    })"""
    expect(offline.locator("output.iteration")).to_have_text(
        f"Iteration {ITERATIONS} of {ITERATIONS}"
    )
    start = offline.evaluate(maps)
    assert len(start) == 2
    assert min(offline.evaluate(inks)) > 10, "a map is blank"
    offline.keyboard.press("Home")
    expect(offline.locator("output.iteration")).to_have_text(f"Iteration 0 of {ITERATIONS}")
    offline.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    end = offline.evaluate(maps)
    assert all(one != other for one, other in zip(start, end, strict=True))
    assert [address for address in asked if not address.startswith("data:")] == [path.as_uri()]
