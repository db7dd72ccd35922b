"""Measures how smoothly the t-SNE player moves, and how soon it appears.

    python -m bench.player [--quick]

A real server and a real headless Chromium on this machine, on the t-SNE page itself: drawn frames a
second while the gallery's run is replayed and while a run is computed, and how long a visitor who
opens the page waits for the maps. What is measured takes turns.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import streamlit
import torch
from playwright.sync_api import Browser, Page

from bench.browser.background import wait_until
from bench.browser.chromium import PATIENCE, chromium, fill_numbers, visit
from bench.browser.server import Server, lab_server
from bench.reporting import met, publish, say
from core.runs.rights import local_user

RESULTS = Path(__file__).parent / "results" / "player.md"
#: The least frames a second in the replay of the gallery's run.
MIN_REPLAY = 50.0
#: The least frames a second in the live view of a run.
MIN_LIVE = 30.0
#: The most milliseconds from the page's title to the first maps.
MAX_FIRST = 1500.0
#: The run that is replayed.
GALLERY_RUN = "tsne-exercise"
#: Digits of the run that is watched live.
DIGITS = 1000
#: Iterations of the run that is watched live.
ITERATIONS = 10_000
SECONDS = 4.0

# When a visitor first sees the title, a map, and Plotly's axes around it, in ms of the navigation.
FIRST = """
window.labFirst = {};
requestAnimationFrame(function look(now) {
  const player = document.querySelector('.latent-player');
  if (document.querySelector('[data-testid="stMain"] h1')) labFirst.title ??= now;
  if (Number(player?.dataset.drawn) > 0) labFirst.map ??= now;
  if (player?.querySelector('.xtick text')) labFirst.axes ??= now;
  if (!(labFirst.title && labFirst.map && labFirst.axes)) requestAnimationFrame(look);
});
"""
# How many frames the player draws in a while: [drawn, offered by the browser, seconds].
RATE = """async (seconds) => {
  const player = document.querySelector('.latent-player');
  const [begin, before] = [performance.now(), Number(player.dataset.drawn)];
  let offered = 0;
  await new Promise((done) => requestAnimationFrame(function next(now) {
    offered += 1;
    if (now - begin < 1000 * seconds) requestAnimationFrame(next);
    else done();
  }));
  const drawn = Number(player.dataset.drawn) - before;
  return [drawn, offered, (performance.now() - begin) / 1000];
}"""


@dataclass
class Measured:
    """Milliseconds from the navigation; frames a second, drawn and offered by the browser."""

    titles: list[float] = field(default_factory=list)
    maps: list[float] = field(default_factory=list)
    axes: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)  # for the map, after the title
    replay: list[float] = field(default_factory=list)
    replay_offered: list[float] = field(default_factory=list)
    live: list[float] = field(default_factory=list)
    live_offered: list[float] = field(default_factory=list)


def open_and_replay(browser: Browser, server: Server, tries: int, measured: Measured) -> None:
    """Measure new visitors who open the gallery's run and watch; the first one warms the server."""
    for visitor in range(tries + 1):
        with visit(browser, f"{server.url}/tsne?run={GALLERY_RUN}", FIRST) as page:
            page.wait_for_function("labFirst.title && labFirst.map && labFirst.axes")
            seen = page.evaluate("labFirst")
            page.locator(".latent-player-play").click()  # from the end: it starts over
            page.locator('.latent-player[data-state="playing"]').wait_for()
            drawn, offered = rate(page)
            page.locator('.latent-player[data-state="playing"]').wait_for()  # all the while
        if visitor:
            measured.titles.append(seen["title"])
            measured.maps.append(seen["map"])
            measured.axes.append(seen["axes"])
            measured.waits.append(seen["map"] - seen["title"])
            measured.replay.append(drawn)
            measured.replay_offered.append(offered)
            say(
                f"title {seen['title']:.0f} ms, map {seen['map']:.0f} ms, axes "
                f"{seen['axes']:.0f} ms; replay {drawn:.1f} of {offered:.1f} frames a second"
            )


def watch_live(browser: Browser, server: Server, tries: int, measured: Measured) -> None:
    """Measure a visitor who starts a run of 1,000 digits and watches it."""
    with visit(browser, f"{server.url}/tsne") as page:
        fill_numbers(page, {"Digits": DIGITS, "Iterations": ITERATIONS})
        page.get_by_role("button", name="Start", exact=True).click()
        page.wait_for_url(re.compile(r"run=\d{8}-"), timeout=PATIENCE)
        record = server.newest_run()
        assert record is not None
        try:
            live = page.locator('.latent-player[data-state="live"]')
            live.wait_for()
            live.scroll_into_view_if_needed()
            rate(page)  # the first glance is measured by nobody
            for _ in range(tries):
                drawn, offered = rate(page)
                if record.state.status != "running":
                    break  # a fast machine computes the longest run in less time than all tries
                measured.live.append(drawn)
                measured.live_offered.append(offered)
                say(f"live {drawn:.1f} of {offered:.1f} frames a second")
            if not measured.live:
                raise RuntimeError(f"run {record.id} was over before it could be watched.")
        finally:
            record.control.request("cancel", local_user())
            wait_until(lambda: not record.is_active, "the run's end")


def rate(page: Page) -> tuple[float, float]:
    """Return the frames a second that the player draws, and those that the browser offers."""
    drawn, offered, seconds = page.evaluate(RATE, SECONDS)
    return drawn / seconds, offered / seconds


def report(measured: Measured) -> str:
    """Return the results as Markdown."""
    replay, live, wait = map(median, (measured.replay, measured.live, measured.waits))
    rows = [
        (
            "replay of the exercise's run, 2 × 1,000 digits",
            f"{spread(measured.replay)} frames a second",
            f"at least {MIN_REPLAY:g}",
            met(replay >= MIN_REPLAY),
        ),
        (
            "live view of a run of 1,000 digits, two optimisers",
            f"{spread(measured.live)} frames a second",
            f"at least {MIN_LIVE:g}",
            met(live >= MIN_LIVE),
        ),
        (
            "the first maps, after the page's title",
            f"{spread(measured.waits)} ms",
            f"at most {MAX_FIRST:,.0f} ms",
            met(wait <= MAX_FIRST),
        ),
        ("the title, after the navigation", f"{spread(measured.titles)} ms", "", ""),
        ("the first maps, after the navigation", f"{spread(measured.maps)} ms", "", ""),
        ("Plotly's axes around them", f"{spread(measured.axes)} ms", "", ""),
    ]
    table = "\n".join("| {} | {} | {} | {} |".format(*row) for row in rows)
    return f"""# Player

`python -m bench.player`: a server and a headless Chromium that share {os.cpu_count()} cores, no GPU
(software rendering), a window of 1440 × 1400. Medians, with the lowest and the highest, of
{len(measured.replay)} visits and of {len(measured.live)} looks at a run, {SECONDS:g} s each.

| | measured | demand | |
|---|---|---|---|
{table}

A frame counts when the player has drawn all points of both maps at new places. The browser offered
{median(measured.replay_offered):.1f} frames a second during the replay and \
{median(measured.live_offered):.1f} during the run, which is computed on
the same two cores at the same time. Each visitor is new, with an empty cache, and the server has
been visited before; the title is the first part of the page, so the wait for the maps contains all
that stands above them.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def spread(values: list[float]) -> str:
    """Return the median, lowest and highest of the values as text; small ones with decimals."""
    places = 1 if max(values) < 100 else 0
    low, middle, high = (
        f"{value:,.{places}f}" for value in (min(values), median(values), max(values))
    )
    return f"**{middle}** ({low} to {high})"


def main() -> None:
    parser = argparse.ArgumentParser(description="How smoothly the t-SNE player moves.")
    parser.add_argument("--quick", action="store_true", help="few tries; nothing is written")
    quick = parser.parse_args().quick
    tries, measured = 3 if quick else 11, Measured()
    with lab_server() as server, chromium() as browser:
        open_and_replay(browser, server, tries, measured)
        watch_live(browser, server, tries, measured)
    text = report(measured)
    publish(text, RESULTS, quick=quick)


if __name__ == "__main__":
    main()
