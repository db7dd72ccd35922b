"""Measures how fast the page Runs answers with a thousand runs.

    python -m bench.runs_page [--quick]

A real server with 1,000 generated runs, and a visitor that speaks Streamlit's own messages
(`bench.browser.session`). An answer is complete when the page's whole script has run; so it is the
server that is measured, and no browser.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import streamlit

from bench.browser.server import Server, lab_server
from bench.browser.session import Session
from bench.browser.stage import Process, percentile
from bench.reporting import exit_if_missed, met, publish

RESULTS = Path(__file__).parent / "results" / "runs_page.md"
GALLERY = Path(__file__).resolve().parents[1] / "checkpoints" / "gallery"
RUNS = 1000
MAX_MEDIAN = 150.0
#: The kinds of the generated runs, by runs of the gallery.
KINDS = ("compression", "denoising", "sparse", "vae", "vae-2d", "tsne-exercise")
#: What a list reads of a run; weights and maps are left out.
FILES = ("run.json", "state.json", "history.jsonl")
PLACES = {"the table of all runs": ("runs", ""), "Home, for comparison": ("", "")}


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each answer of a page, and the processor's milliseconds for each."""

    answers: list[float]
    processor: float


def generate(folder: Path, count: int) -> None:
    """Make runs of the gallery's kinds with other titles, settings and times."""
    random_numbers = random.Random(0)
    for number in range(count):
        source = GALLERY / KINDS[number % len(KINDS)]
        target = folder / f"20261128-{number:06d}-generated-{number:04x}"
        target.mkdir(parents=True)
        for name in FILES:
            shutil.copyfile(source / name, target / name)
        request = json.loads((target / "run.json").read_text())
        request["title"] = f"Generated run {number}"
        request["created_at"] = 1.79e9 + number
        if "training" in request["settings"]:
            request["settings"]["training"]["seed"] = random_numbers.randrange(1000)
        (target / "run.json").write_text(json.dumps(request))


async def answers_of(server: Server, repeats: int) -> dict[str, Measured]:
    """Open each place in turns; the first time of each, in which files are read, is left out."""
    process = Process(server.pid)
    found: dict[str, list[float]] = {place: [] for place in PLACES}
    spent = dict.fromkeys(PLACES, 0.0)
    async with Session(server.url) as session:
        for turn in range(repeats + 1):
            for place, (page, query) in PLACES.items():
                before = process.cpu_seconds()
                answer = await session.open(page, query)
                if answer.errors:
                    raise RuntimeError(f"{place}: {answer.errors[0]}")
                if turn:
                    found[place].append(1000 * answer.seconds)
                    spent[place] += 1000 * (process.cpu_seconds() - before)
                time.sleep(0.05)  # what a page leaves to do is not the next one's
    return {place: Measured(found[place], spent[place] / repeats) for place in PLACES}


def report(found: dict[str, Measured], repeats: int) -> str:
    """Return the results as Markdown."""
    rows = "\n".join(
        f"| {place} | {median(one.answers):.0f} ms | {percentile(one.answers, 95):.0f} ms | "
        f"{one.processor:.0f} ms |"
        for place, one in found.items()
    )
    middle = median(next(iter(found.values())).answers)
    return f"""# The page Runs

`python -m bench.runs_page`: a server with {RUNS:,} generated runs beside the gallery, and a
visitor without a browser, on {os.cpu_count()} cores; {repeats} answers of each page, in turns.

| page | median | 95 % | processor |
|---|---|---|---|
{rows}

The page Runs answers in {middle:.0f} ms; demanded are {MAX_MEDIAN:.0f} ms at most: \
{met(middle <= MAX_MEDIAN)}.

An answer is complete when the whole script of the page has run, sidebar included. The first one, in
which the server reads the files of all runs, is not counted.

Python {platform.python_version()}, streamlit {streamlit.__version__}, {platform.machine()}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="How fast the page Runs answers.")
    parser.add_argument("--quick", action="store_true", help="few repeats; nothing is written")
    quick = parser.parse_args().quick
    repeats = 10 if quick else 60
    with lab_server() as server:
        generate(server.runs, RUNS)
        found = asyncio.run(answers_of(server, repeats))
    text = report(found, repeats)
    publish(text, RESULTS, quick=quick)
    exit_if_missed(text)


if __name__ == "__main__":
    sys.exit(main())
