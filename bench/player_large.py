"""Measures the t-SNE player with all 70,000 digits of MNIST.

    python -m bench.player_large [--quick]

A real server and a real headless Chromium on this machine, in a window of 1440 x 900, open the
gallery's map of all digits: how soon the map is there, how smoothly it moves, how soon a digit that
is pointed at shows its picture, and what travels. Each visitor is new, with an empty cache.
"""

from __future__ import annotations

import argparse
import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import streamlit
import torch
from playwright.sync_api import Browser, Page

from bench.browser.chromium import chromium, visit
from bench.browser.server import Server, lab_server
from bench.player import FIRST, rate, spread
from bench.reporting import met, publish, say

RESULTS = Path(__file__).parent / "results" / "player_large.md"
#: The run that is opened, of the gallery.
RUN = "tsne-whole-mnist"
HEIGHT = 900
MIN_REPLAY, MAX_FIRST, MAX_PICTURE, MAX_SENT = 50.0, 2000.0, 150.0, 12.0
#: Digits that are pointed at on each visit.
POINTED = 8

# The milliseconds from a movement of the pointer until the card shows the digit's picture.
PICTURE = """([x, y]) => new Promise((done) => {
  const stage = document.querySelector('.latent-player-stage');
  const card = document.querySelector('.latent-player-card');
  const before = card.dataset.point;
  const begin = performance.now();
  const target = document.elementFromPoint(x, y);
  target.dispatchEvent(new PointerEvent('pointermove',
    { clientX: x, clientY: y, bubbles: true, pointerType: 'mouse' }));
  requestAnimationFrame(function look(now) {
    const shown = !card.hidden && card.dataset.point !== before;
    if (shown && card.querySelector('canvas:not([data-wanted])')) done(performance.now() - begin);
    else if (performance.now() - begin > 2000) done(null); // no digit is there
    else requestAnimationFrame(look);
  });
})"""
# Places in the window at which digits are, far apart from each other.
PLACES = """() => {
  const box = document.querySelector('.latent-player-plot .nsewdrag').getBoundingClientRect();
  const places = [];
  for (let i = 0; i < 64; i++) {
    const [across, down] = [0.2 + 0.6 * ((i * 0.618) % 1), 0.2 + 0.6 * ((i * 0.754) % 1)];
    places.push([box.left + across * box.width, box.top + down * box.height]);
  }
  return places;
}"""


@dataclass
class Measured:
    """Milliseconds, frames a second, and megabytes, a value for each visit or digit."""

    waits: list[float] = field(default_factory=list)
    maps: list[float] = field(default_factory=list)
    loaded: list[float] = field(default_factory=list)
    sent: list[float] = field(default_factory=list)
    replay: list[float] = field(default_factory=list)
    offered: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)


def open_and_look(browser: Browser, server: Server, tries: int, measured: Measured) -> None:
    """Measure new visitors; the first one warms the server."""
    for visitor in range(tries + 1):
        with visit(browser, f"{server.url}/tsne?run={RUN}", FIRST, height=HEIGHT) as page:
            page.wait_for_function("labFirst.title && labFirst.map")
            seen = page.evaluate("labFirst")
            page.locator('.latent-player[data-loading="done"]').wait_for(timeout=60_000)
            loaded = page.evaluate("performance.now()")
            sent = page.evaluate(
                "performance.getEntriesByType('resource').filter(({ name }) =>"
                " name.includes('/maps/')).reduce((sum, each) => sum + each.transferSize, 0)"
            )
            pictures = point_at_digits(page)
            page.locator(".latent-player-play").click()  # from the end: it starts over
            page.locator('.latent-player[data-state="playing"]').wait_for()
            drawn, offered = rate(page)
        if visitor:
            measured.waits.append(seen["map"] - seen["title"])
            measured.maps.append(seen["map"])
            measured.loaded.append(loaded)
            measured.sent.append(sent / 1e6)
            measured.replay.append(drawn)
            measured.offered.append(offered)
            measured.pictures += pictures
            say(
                f"map {seen['map']:.0f} ms, all frames {loaded:.0f} ms, {sent / 1e6:.1f} MB, "
                f"replay {drawn:.1f} of {offered:.1f} frames a second, pictures "
                + " ".join(f"{each:.0f}" for each in pictures)
            )


def point_at_digits(page: Page) -> list[float]:
    """Return how long the pictures of some digits take that are pointed at, in milliseconds."""
    found: list[float] = []
    for place in page.evaluate(PLACES):
        waited = page.evaluate(PICTURE, place)
        if waited is not None:
            found.append(waited)
        if len(found) == POINTED:
            break
    return found


def report(measured: Measured) -> str:
    """Return the results as Markdown."""
    middle = {name: float(np.median(values)) for name, values in vars(measured).items()}
    late = float(np.percentile(measured.pictures, 95))
    rows = [
        (
            "the map, after the page's title",
            f"{spread(measured.waits)} ms",
            f"at most {MAX_FIRST:,.0f} ms",
            met(middle["waits"] <= MAX_FIRST),
        ),
        (
            "replay",
            f"{spread(measured.replay)} frames a second",
            f"at least {MIN_REPLAY:g}",
            met(middle["replay"] >= MIN_REPLAY),
        ),
        (
            "the picture of a digit that is pointed at",
            f"{spread(measured.pictures)} ms; 95 of 100 within {late:.0f} ms",
            f"at most {MAX_PICTURE:g} ms",
            met(late <= MAX_PICTURE),
        ),
        (
            "what travels until all frames are there",
            f"{spread(measured.sent)} MB",
            f"at most {MAX_SENT:g} MB",
            met(middle["sent"] <= MAX_SENT),
        ),
        ("the map, after the navigation", f"{spread(measured.maps)} ms", "", ""),
        ("all frames, after the navigation", f"{spread(measured.loaded)} ms", "", ""),
    ]
    table = "\n".join("| {} | {} | {} | {} |".format(*row) for row in rows)
    return f"""# Player with 70,000 digits

`python -m bench.player_large`: the gallery's map of all digits in a window of 1440 x
{HEIGHT}; a server and a headless Chromium that share {os.cpu_count()} cores, no GPU
(software rendering). Medians, with the lowest and the highest, of {len(measured.waits)} visits.

| | measured | demand | |
|---|---|---|---|
{table}

A frame counts when the player has drawn all points at new places; the browser offered
{middle["offered"]:.1f} frames a second. Each visitor is new, with an empty cache, and the server
has been visited before. Pictures are timed from the pointer's movement until they are drawn.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the player shows 70,000 digits.")
    parser.add_argument("--quick", action="store_true", help="few tries; nothing is written")
    quick = parser.parse_args().quick
    measured = Measured()
    with lab_server() as server, chromium() as browser:
        open_and_look(browser, server, 1 if quick else 7, measured)
    publish(report(measured), RESULTS, quick=quick)


if __name__ == "__main__":
    main()
