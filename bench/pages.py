"""Measures how fast the pages answer: from a control to the new picture, and pictures a second.

    python -m bench.pages [--quick]

A real server and a real headless Chromium on this machine. Two measures are taken in the browser:
a clock runs from the moment a control is let go to the end of the frame that shows the new picture,
and a counter counts the different pictures that are shown while a slider is dragged. What has no
picture is measured without a browser: a visitor's connection asks for the whole page.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import streamlit
import torch
from playwright.sync_api import Browser

from bench.browser.background import training
from bench.browser.chromium import chromium, settle, until_new_picture, visit
from bench.browser.controls import CONTROLS, DRAGS, RERUNS, Control, Drag, Rerun
from bench.browser.server import Server, lab_server
from bench.browser.session import Session
from bench.reporting import met, publish

RESULTS = Path(__file__).parent / "results" / "pages.md"
MIN_PICTURES = 30.0
#: The two conditions, as the report calls them.
ALONE = "alone"
BESIDE = "beside a training"
WARM_UP = 3


@dataclass(frozen=True)
class Repeats:
    """How often what is done, and how many seconds a slider is dragged."""

    turns: int = 3
    presses: int = 10
    seconds: float = 3.0


Thing = Control | Drag | Rerun
#: Of each of them, what was measured alone and beside a training.
Measured = dict[Thing, dict[str, list[float]]]


def answers(browser: Browser, server: Server, control: Control, presses: int) -> list[float]:
    """Return the milliseconds until the control's new picture, one for each of `presses` uses."""
    with visit(browser, address(server, control.page, control.view)) as page:
        page.locator("canvas").first.wait_for()
        control.prepare(page)
        settle(page)
        spent = []
        for number in range(WARM_UP + presses):
            use = partial(control.use, page, number)
            spent.append(until_new_picture(page, use, event=control.event))
        return spent[WARM_UP:]


def pictures_a_second(browser: Browser, server: Server, drag: Drag, seconds: float) -> list[float]:
    """Count the different pictures a second that are shown while the mouse moves to and fro."""
    with visit(browser, address(server, drag.page, drag.view)) as page:
        page.locator("canvas").first.wait_for()
        drag.prepare(page)
        handle = page.locator(drag.handle).first
        handle.scroll_into_view_if_needed()
        box = handle.bounding_box()
        assert box is not None
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        page.evaluate(
            "selector => { labClock.stop = labClock.countPictures(selector) }", drag.canvas
        )
        begun = time.perf_counter()
        while (passed := time.perf_counter() - begun) < seconds:
            share = abs(1 - 2 * (passed / drag.period % 1))
            page.mouse.move(box["x"] + (0.05 + 0.9 * share) * box["width"], middle)
        counted = page.evaluate("labClock.stop()")
        page.mouse.up()
        return [counted["shown"]]


def reruns(server: Server, rerun: Rerun, count: int) -> list[float]:
    """Return the milliseconds until a page is complete, one for each of `count` reruns."""

    async def visit_again() -> list[float]:
        async with Session(server.url) as session:
            answers = [await session.open(rerun.page, rerun.query) for _ in range(WARM_UP + count)]
        for answer in answers:
            if answer.errors:
                raise RuntimeError(f"{rerun.page} says {answer.errors[0]}")
        return [1000 * answer.seconds for answer in answers[WARM_UP:]]

    # In a thread, since Playwright keeps an event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(visit_again())).result()


def address(server: Server, page: str, view: str) -> str:
    return f"{server.url}/{page}?view={view.replace(' ', '+')}"


def measure(browser: Browser, server: Server, repeats: Repeats) -> Measured:
    """Measure everything, alone and beside a training, in turns."""
    found: Measured = {thing: {ALONE: [], BESIDE: []} for thing in (*CONTROLS, *DRAGS, *RERUNS)}

    def all_once(condition: str) -> None:
        for thing, values in found.items():
            if isinstance(thing, Control):
                values[condition] += answers(browser, server, thing, repeats.presses)
            elif isinstance(thing, Rerun):
                values[condition] += reruns(server, thing, repeats.presses)
            else:
                values[condition] += pictures_a_second(browser, server, thing, repeats.seconds)
            print(
                f"{thing.view}, {thing.name}, {condition}: {median(values[condition]):.0f}",
                file=sys.stderr,
                flush=True,
            )

    for _ in range(repeats.turns):
        all_once(ALONE)
        with training(browser, server):
            all_once(BESIDE)
    return found


def report(found: Measured) -> str:
    """Return the results as Markdown."""
    controls, drags, whole = (rows(found, things) for things in (CONTROLS, DRAGS, RERUNS))
    count = len(found[CONTROLS[0]][ALONE])
    return f"""# Pages

`python -m bench.pages`: a server and a headless Chromium that share {os.cpu_count()} cores, no GPU;
medians of {count} times alone and as many while one training runs, in alternating turns.

Milliseconds until the new picture:

| view | what is changed | alone | beside a training | demand | |
|---|---|---|---|---|---|
{controls}

Pictures a second while it is dragged:

| view | what is dragged | alone | beside a training | demand | |
|---|---|---|---|---|---|
{drags}

Milliseconds until the server has sent a whole page again:

| page | what is on it | alone | beside a training | demand | |
|---|---|---|---|---|---|
{whole}

The clock starts when the control is let go, for the two sliders when they are pressed, since they
act at once; it stops at the end of the frame that shows the new picture. Pictures a second are
frames of the browser in which the picture is another one than in the frame before. The slider over
nine VAEs has nine steps: it is dragged to and fro in 0.3 s, which is 53 steps a second. Whole pages
are measured without a browser.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def rows(found: Measured, things: Sequence[Thing]) -> str:
    lines: list[str] = []
    for thing in things:
        alone, beside = median(found[thing][ALONE]), median(found[thing][BESIDE])
        if not isinstance(thing, Drag):
            kept = alone < thing.most[0] and beside < thing.most[1]
            demand = f"under {thing.most[0]:.0f}, {thing.most[1]:.0f}"
        else:
            kept, demand = alone >= MIN_PICTURES, f"at least {MIN_PICTURES:.0f}"
        numbers = f"{alone:.0f} | {beside:.0f} | {demand}"
        lines.append(f"| {thing.view} | {thing.name} | {numbers} | {met(kept)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the pages answer.")
    parser.add_argument("--quick", action="store_true", help="few repeats; nothing is written")
    quick = parser.parse_args().quick
    repeats = Repeats(turns=1, presses=4, seconds=1.5) if quick else Repeats()
    with lab_server() as server, chromium() as browser:
        text = report(measure(browser, server, repeats))
    publish(text, RESULTS, quick=quick)


if __name__ == "__main__":
    main()
