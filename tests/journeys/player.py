"""A player in a browser, for the journeys: opening it, waiting for it, asking what it shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect

from app.components.player import ReplayData
from bench.browser.chromium import settle, still_box
from tests.support.recordings import moving_clusters

APP = Path(__file__).parent / "apps" / "player_app.py"
PLAYER = ".latent-player"
PLOT = ".latent-player-plot"
PLAY = ".latent-player-play"
COVERED = ".latent-player-covered"
SAID = "[data-testid=stText]"

# A number for what the canvas shows of each half of the stage: it changes when points move.
PIXELS = """() => {
  const canvas = document.querySelector('.latent-player-overlay');
  const half = canvas.width / 2;
  return [0, 1].map((side) => {
    const { data } = canvas.getContext('2d').getImageData(side * half, 0, half, canvas.height);
    return data.reduce((sum, byte, i) => (sum + byte * (i % 8191)) % 1e9, 0);
  });
}"""
# How many pixels of the canvas hold ink; where Plotly has the points, those are lines and rings.
INK = """() => {
  const canvas = document.querySelector('.latent-player-overlay');
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Uint32Array(data.buffer).reduce((sum, word) => sum + (word >>> 24 > 0), 0);
}"""
# Counts until the browser has asked for so many frames, and the iteration has changed so often:
# [drawn, asked for, changes, seconds]. A slow machine takes longer for as many.
RATE = """async ([least, changes]) => {
  const player = document.querySelector('.latent-player');
  const begin = performance.now();
  const before = Number(player.dataset.drawn);
  let [frames, changed, { iteration }] = [0, 0, player.dataset];
  await new Promise((done) => requestAnimationFrame(function next() {
    frames += 1;
    if (player.dataset.iteration !== iteration) changed += 1;
    iteration = player.dataset.iteration;
    if (frames < least || changed < changes) requestAnimationFrame(next);
    else done();
  }));
  const seconds = (performance.now() - begin) / 1000;
  return [Number(player.dataset.drawn) - before, frames, changed, seconds];
}"""


def standard() -> ReplayData:
    """What the app shows where its address says nothing else."""
    return moving_clusters(count=300, frames=121, every=2)


def visit(page: Page, url: str, case: str = "") -> Locator:
    """Opens one case of the app, waits until its axes are drawn, and gives the player."""
    page.goto(f"{url}/?case={case}")
    expect(page.locator(f"{PLOT} .xtick text").first).to_be_visible(timeout=60_000)
    return page.locator(PLAYER)


def press(page: Page, *keys: str) -> None:
    page.locator(".latent-player-stage").focus()
    for key in keys:
        page.keyboard.press(key)


def rests(page: Page, frame: int) -> None:
    """Waits until a frame is at rest, so that Plotly has its points."""
    at_rest = f'{PLAYER}[data-state="paused"][data-frame="{frame}"]'
    expect(page.locator(at_rest)).to_be_visible(timeout=30_000)
    expect(page.locator(COVERED)).to_have_count(0)


def at_rest(page: Page) -> None:
    """Waits until nothing is drawn or moved any more: a figure that is drawn anew loses a drag."""
    settle(page)
    expect(page.locator(f'{PLOT}[data-settled="true"]')).to_have_count(1)
    settle(page)  # what the player has sent meanwhile runs the page once more


def shown(page: Page) -> np.ndarray:
    """The positions that Plotly shows, (P, N, 2)."""
    columns = page.evaluate(
        """() => document.querySelector('.latent-player-plot').data.map(
          ({x, y}) => [[...x], [...y]].map((column) => column.map((v) => isNaN(v) ? null : v)))"""
    )
    return np.array(columns, dtype=float).transpose(0, 2, 1)


def views(page: Page) -> list[list[float]]:
    """The ranges of x and y of both panels."""
    return page.evaluate(
        """() => {
          const { layout } = document.querySelector('.latent-player-plot');
          return ['xaxis', 'yaxis', 'xaxis2', 'yaxis2'].map((name) => [...layout[name].range]);
        }"""
    )


def place(page: Page, panel: int, point: int) -> tuple[float, float]:
    """Where a digit is on the screen, of those that Plotly shows."""
    x, y = page.evaluate(
        """([panel, point]) => {
          const plot = document.querySelector('.latent-player-plot');
          const { left, top } = plot.getBoundingClientRect();
          const name = panel ? panel + 1 : '';
          const { [`xaxis${name}`]: x, [`yaxis${name}`]: y } = plot._fullLayout;
          const trace = plot.data[panel];
          return [
            left + x._offset + x.l2p(trace.x[point]), top + y._offset + y.l2p(trace.y[point])
          ];
        }""",
        [panel, point],
    )
    return x, y


def lasso(page: Page, panel: int) -> None:
    """Draws around the right half of a panel, once it is at rest."""
    at_rest(page)
    box = still_box(page.locator(f"{PLOT} .nsewdrag").nth(panel))
    left, right = box["x"] + box["width"] / 2, box["x"] + box["width"] - 4
    top, bottom = box["y"] + 4, box["y"] + box["height"] - 4
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, (top + bottom) / 2)):
        page.mouse.move(x, y, steps=4)
    page.mouse.up()


def check_shown(page: Page, recording: ReplayData, frame: int) -> None:
    """What is shown is the recording's frame, but for the half step that packing may lose."""
    positions = recording.positions[frame].astype(np.float32)
    error = np.abs(shown(page) - positions).max(axis=(1, 2))
    assert (error <= np.abs(positions).max(axis=(1, 2)) / 65_534 * 1.01).all()
