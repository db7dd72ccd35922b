"""Measures the first minute of a new visitor: the first picture, its motion, a model of one's own.

    python -m bench.first_minute [--quick]

A real server and a real headless Chromium on this machine. A visitor opens Home with an empty
cache, and the server has been visited before.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import streamlit
import torch
from playwright.sync_api import Browser

from app.home.first_step import EPOCHS
from bench.browser.chromium import chromium, visit
from bench.browser.server import Server, lab_server
from bench.reporting import met, publish, say

RESULTS = Path(__file__).parent / "results" / "first_minute.md"
#: The most milliseconds until a new visitor sees a picture, and until it moves.
MAX_PICTURE, MAX_MOTION = 1500.0, 2500.0
#: The most clicks to a trained model of one's own.
MAX_CLICKS = 3
PATIENCE = 300_000
_CLOCKS = """labClock.first = labClock.untilFirst();
labClock.motion = labClock.untilMotion();
window.clicks = 0;
addEventListener("click", () => (window.clicks += 1), true);"""


@dataclass
class Measured:
    """Milliseconds of each visit; of each first model the seconds from the press to its end."""

    titles: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    motions: list[float] = field(default_factory=list)
    models: list[float] = field(default_factory=list)
    clicks: list[int] = field(default_factory=list)


def visits(browser: Browser, server: Server, count: int, measured: Measured) -> None:
    """Measure new visitors who open Home; one before them warms the server."""
    for visitor in range(count + 1):
        with visit(browser, server.url, _CLOCKS, height=900) as page:
            seen = page.evaluate("labClock.first")
            motion = page.evaluate("labClock.motion")
        if visitor:
            measured.titles.append(seen["title"])
            measured.pictures.append(seen["picture"])
            measured.motions.append(motion)
            say(f"picture after {seen['picture']:.0f} ms, motion after {motion:.0f} ms")


def first_models(browser: Browser, server: Server, count: int, measured: Measured) -> None:
    """Measure new visitors who train a first model, and wait for it."""
    for _ in range(count):
        with visit(browser, server.url, _CLOCKS, height=900) as page:
            button = page.get_by_role("button", name="Train", exact=False).first
            begun = time.perf_counter()
            button.click()
            done = page.get_by_text(f"Done after {EPOCHS} of {EPOCHS} epochs")
            done.wait_for(timeout=PATIENCE)
            measured.models.append(time.perf_counter() - begun)
            measured.clicks.append(page.evaluate("window.clicks"))
        say(f"a model after {measured.models[-1]:.1f} s and {measured.clicks[-1]} clicks")


def report(measured: Measured, load: float) -> str:
    """Return the results as Markdown; `load` is that of the machine before, in processes."""
    picture, motion = median(measured.pictures), median(measured.motions)
    clicks = max(measured.clicks)
    rows = [
        ("sees the title", f"{median(measured.titles):.0f} ms", "", ""),
        (
            "sees the first picture",
            f"{picture:.0f} ms ({_range(measured.pictures)})",
            f"under {MAX_PICTURE:.0f} ms",
            met(picture < MAX_PICTURE),
        ),
        (
            "sees it move",
            f"{motion:.0f} ms ({_range(measured.motions)})",
            f"under {MAX_MOTION:.0f} ms",
            met(motion < MAX_MOTION),
        ),
        (
            "needs for a trained model",
            f"{clicks} {'click' if clicks == 1 else 'clicks'}",
            f"at most {MAX_CLICKS}",
            met(clicks <= MAX_CLICKS),
        ),
        (f"has it, {EPOCHS} epochs, after", f"{median(measured.models):.0f} s", "", ""),
    ]
    table = "\n".join("| {} | {} | {} | {} |".format(*row) for row in rows)
    return f"""# The first minute

`python -m bench.first_minute`: a server and a headless Chromium that share {os.cpu_count()} cores,
no GPU; medians, and in brackets the range, of {len(measured.pictures)} visits of Home, and of
{len(measured.models)} first models. The load average of the machine right before was {load:.2f}.

| a new visitor | measured | demand | |
|---|---|---|---|
{table}

The time starts with the navigation, with an empty cache and a server that has been visited before;
that of a model with the press on its button. A picture counts when something is drawn on it, and
moves when something else is.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def _range(values: list[float]) -> str:
    return f"{min(values):.0f}–{max(values):.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="What a new visitor sees and needs.")
    parser.add_argument("--quick", action="store_true", help="few repeats; nothing is written")
    quick = parser.parse_args().quick
    measured, load = Measured(), os.getloadavg()[0]
    with lab_server() as server, chromium() as browser:
        visits(browser, server, 3 if quick else 15, measured)
        first_models(browser, server, 1 if quick else 3, measured)
    publish(report(measured, load), RESULTS, quick=quick)


if __name__ == "__main__":
    main()
