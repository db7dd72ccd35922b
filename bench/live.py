"""Measures how long a visitor waits, and how much watching a training slows the training.

    python -m bench.live [--quick]

A real server and a real headless Chromium on this machine: how long a new visitor waits for
something to look at, how much a training in the background slows a page, and how much a tab that
shows it live slows the training. What is compared takes turns.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

import streamlit
import torch
from playwright.sync_api import Browser, Page

from bench.browser.background import epoch_rows, training, wait_until
from bench.browser.chromium import chromium, until_new_picture, visit
from bench.browser.server import Server, lab_server
from bench.reporting import met, publish, say
from core.runs.record import RunRecord

RESULTS = Path(__file__).parent / "results" / "live.md"
#: The most milliseconds until a new visitor sees pictures.
MAX_FIRST = 2000.0
#: The most milliseconds by which a training slows a rerun of a page.
MAX_SLOWER = 150.0
#: The most percent by which a tab that shows a training live slows its epochs.
MAX_WATCHING = 5.0


@dataclass(frozen=True)
class Repeats:
    """How often what is done."""

    visits: int = 15
    turns: int = 4
    presses: int = 12
    watches: int = 16
    epochs: int = 5


QUICK = Repeats(visits=3, turns=1, presses=4, watches=1, epochs=2)


@dataclass
class Measured:
    """Milliseconds, but seconds for epochs."""

    titles: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)
    unwatched: list[float] = field(default_factory=list)
    watched: list[float] = field(default_factory=list)


def first_pages(browser: Browser, server: Server, count: int, measured: Measured) -> None:
    """Measure new visitors who open the first page; one before them warms the server."""
    for visitor in range(count + 1):
        with visit(browser, server.url, "labClock.first = labClock.untilFirst();") as page:
            seen = page.evaluate("labClock.first")
        if visitor:
            measured.titles.append(seen["title"])
            measured.pictures.append(seen["picture"])
            say(f"first page: title {seen['title']:.0f} ms, picture {seen['picture']:.0f} ms")


def reruns(browser: Browser, server: Server, repeats: Repeats, measured: Measured) -> None:
    """Measure a control that runs a page's whole script again, without and beside a training."""
    with visit(browser, f"{server.url}/autoencoders?view=Reconstruct") as page:
        page.locator("canvas").first.wait_for()
        press = switch(page)
        for _ in range(4):  # the first of each kind are measured by nobody
            press()
        for _ in range(repeats.turns):
            measured.alone += [press() for _ in range(repeats.presses)]
            with training(browser, server):
                measured.beside += [press() for _ in range(repeats.presses)]
            say(f"rerun: {median(measured.alone):.0f} ms, {median(measured.beside):.0f} ms beside")


def switch(page: Page) -> Callable[[], float]:
    """Return a function that switches between two epochs and returns the milliseconds it took."""
    keys = ["ArrowRight", "ArrowLeft"]
    slider = page.get_by_role("slider", name="Epoch")

    def press() -> float:
        keys.reverse()
        return until_new_picture(page, lambda: slider.press(keys[0]), event="keydown")

    return press


def watching(browser: Browser, server: Server, repeats: Repeats, measured: Measured) -> None:
    """Measure epochs of one training, some with a tab that shows it live and some without."""
    with training(browser, server) as record:
        address = f"{server.url}/autoencoders?run={record.id}"
        for _ in range(repeats.watches):
            without = next_epochs(record, repeats.epochs)
            with visit(browser, address) as page:
                page.get_by_role("button", name="Pause").wait_for()
                page.locator(".latent-chart-plot .main-svg").first.wait_for()
                within = next_epochs(record, repeats.epochs)
            measured.unwatched += without
            measured.watched += within
            say(f"an epoch: {median(without):.2f} s, {median(within):.2f} s while it is watched")


def next_epochs(record: RunRecord, count: int) -> list[float]:
    """Return the training seconds of the next whole epochs."""
    first = len(epoch_rows(record)) + 1  # the one that is going on has begun before
    wait_until(lambda: len(epoch_rows(record)) >= first + count, f"{count} epochs")
    return [row["seconds"] for row in epoch_rows(record)[first : first + count]]


def report(measured: Measured) -> str:
    """Return the results as Markdown."""
    slower = median(measured.beside) - median(measured.alone)
    without, within = lower_quartile(measured.unwatched), lower_quartile(measured.watched)
    picture, watching = median(measured.pictures), 100 * (within / without - 1)
    rows = [
        ("a new visitor sees a title", f"{median(measured.titles):.0f} ms", "", ""),
        (
            "a new visitor sees pictures",
            f"{picture:.0f} ms",
            f"under {MAX_FIRST:.0f} ms",
            met(picture < MAX_FIRST),
        ),
        (
            "a page runs again and shows new pictures",
            f"{median(measured.alone):.0f} ms, {median(measured.beside):.0f} ms beside a training",
            "",
            "",
        ),
        (
            "a training slows that by",
            f"{slower:.0f} ms",
            f"at most {MAX_SLOWER:.0f} ms",
            met(slower <= MAX_SLOWER),
        ),
        ("an epoch of training", f"{without:.2f} s, {within:.2f} s watched", "", ""),
        (
            "showing it live slows it by",
            f"{watching:.1f} %",
            f"at most {MAX_WATCHING:g} %",
            met(watching <= MAX_WATCHING),
        ),
    ]
    table = "\n".join("| {} | {} | {} | {} |".format(*row) for row in rows)
    return f"""# Live

`python -m bench.live`: a server and a headless Chromium that share {os.cpu_count()} cores, no GPU;
medians of {len(measured.pictures)} visits, of {len(measured.alone)} reruns without and
{len(measured.beside)} beside a training, and lower quartiles of {len(measured.unwatched)} epochs
without and {len(measured.watched)} with a tab that shows them, in alternating turns.

| | measured | demand | |
|---|---|---|---|
{table}

A visitor's time starts with the navigation, with an empty cache and a server that has been visited
before. A rerun's starts when the button is let go, and ends with the frame that shows the new
pictures. Of a training, compression at the exercise's settings, the seconds without the validation
count: their lower quartile, since what else a machine does only adds to them, while a tab that
asks all the time adds to all. The tab draws on the same cores, as on a student's own laptop.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def lower_quartile(values: list[float]) -> float:
    return quantiles(values, n=4, method="inclusive")[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="What a visitor waits for, what watching costs.")
    parser.add_argument("--quick", action="store_true", help="few repeats; nothing is written")
    quick = parser.parse_args().quick
    repeats, measured = QUICK if quick else Repeats(), Measured()
    with lab_server() as server, chromium() as browser:
        first_pages(browser, server, repeats.visits, measured)
        reruns(browser, server, repeats, measured)
        watching(browser, server, repeats, measured)
    text = report(measured)
    publish(text, RESULTS, quick=quick)


if __name__ == "__main__":
    main()
