"""Measures how many visitors a server can serve: answer times, processor and memory.

    python -m bench.load [--quick | --crowd]

A real server, with a training going on, and 1, 10 and 30 visitors that click through the pages, one
click every five seconds each. They speak Streamlit's own messages (`bench.browser.session`), since
thirty browsers would measure themselves. An answer is complete when a page's script has run.
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
from pathlib import Path

import streamlit
import torch

from bench.browser.background import training
from bench.browser.chromium import chromium
from bench.browser.clicking import CLICK_SECONDS, PLACES, click_through, new_cookie, open_everything
from bench.browser.server import Server, lab_server
from bench.browser.session import Session
from bench.browser.stage import Process, Stage, percentile
from bench.reporting import met, publish, say

RESULTS = Path(__file__).parent / "results" / "load.md"
#: Of the training that goes on meanwhile, so that it does not end before.
BATCH_SIZE = 64
MAX_MEDIAN, MAX_P95, MAX_MEMORY, MAX_GROWTH = 100.0, 500.0, 2048.0, 1.0


@dataclass(frozen=True)
class Plan:
    """How many visitors come for how many seconds, each number after the other."""

    stages: tuple[tuple[int, float], ...] = ((1, 60.0), (10, 60.0), (30, 600.0))
    warm_up: float = 10.0


#: Two classes at once, to see whether anybody who means no harm meets a bound.
CROWD = Plan(stages=((60, 120.0),))
QUICK = Plan(stages=((1, 10.0), (10, 10.0), (30, 25.0)), warm_up=5.0)


async def run_stage(
    url: str, process: Process, visitors: int, seconds: float, warm: float
) -> Stage:
    stage = Stage(visitors, before=process.megabytes())
    sessions = [Session(url, new_cookie(url)) for _ in range(visitors)]
    for session in sessions:
        await session.__aenter__()
    begun = time.perf_counter()
    clicks = [
        asyncio.create_task(click_through(session, number, stage, begun + warm))
        for number, session in enumerate(sessions)
    ]
    await asyncio.sleep(warm)
    started, used = time.perf_counter(), process.cpu_seconds()
    fragments = sum(session.fragments for session in sessions)
    while (now := time.perf_counter()) < started + seconds:
        stage.memory.append((now - begun, process.megabytes()))
        await asyncio.sleep(min(1.0, started + seconds - now))
    elapsed = time.perf_counter() - started
    stage.cores = (process.cpu_seconds() - used) / elapsed
    stage.refreshes = (sum(session.fragments for session in sessions) - fragments) / elapsed
    for click in clicks:
        click.cancel()
    await asyncio.gather(*clicks, return_exceptions=True)
    for session in sessions:
        await session.__aexit__(None, None, None)
    say(
        f"{visitors} visitors: median {stage.median:.0f} ms, p95 {stage.p95:.0f} ms, "
        f"{stage.cores:.2f} cores, {stage.most_memory:.0f} MB, {len(stage.failures)} failures"
    )
    return stage


def report(stages: Sequence[Stage], plan: Plan) -> str:
    """Return the results as Markdown."""
    rows = "\n".join(
        f"| {stage.visitors} | {len(stage.milliseconds)} | {percentile(stage.first, 50):.0f} ms | "
        f"{stage.median:.0f} ms | {stage.p95:.0f} ms | {max(stage.milliseconds):.0f} ms | "
        f"{stage.cores:.2f} | {stage.refreshes:.1f} | {stage.most_memory:.0f} | "
        f"{len(stage.failures)} |"
        for stage in stages
    )
    last, seconds = stages[-1], plan.stages[-1][1]
    growth = last.growth
    demands = [
        (
            "median answer",
            f"{last.median:.0f} ms",
            f"under {MAX_MEDIAN:.0f} ms",
            last.median < MAX_MEDIAN,
        ),
        ("95th percentile", f"{last.p95:.0f} ms", f"under {MAX_P95:.0f} ms", last.p95 < MAX_P95),
        (
            "most memory",
            f"{last.most_memory:.0f} MB",
            f"under {MAX_MEMORY:.0f} MB",
            last.most_memory < MAX_MEMORY,
        ),
        (
            "failures",
            f"{sum(len(stage.failures) for stage in stages)}",
            "none",
            not any(s.failures for s in stages),
        ),
    ]
    if growth is not None:
        text = f"{growth:+.1f} MB a minute"
        demands.append(
            (
                "growth after five minutes",
                text,
                f"under {MAX_GROWTH:g} MB a minute",
                growth < MAX_GROWTH,
            )
        )
    table = "\n".join(
        f"| {name} | {is_} | {most} | {met(good)} |" for name, is_, most, good in demands
    )
    slowest = "; ".join(
        f"{place}: median {middle:.0f} ms, 95 % {high:.0f} ms"
        for place, middle, high in last.slowest(3)
    )
    settled = ", ".join(f"{each:.0f}" for each in last.settled_memory) or "not seen"
    per_session = (last.most_memory - last.before) / last.visitors
    return f"""# Load

`python -m bench.load`: a server and {last.visitors} visitors without browsers that share \
{os.cpu_count()} cores with each
other; a training goes on all the while. Each visitor clicks every {CLICK_SECONDS:g} s, goes through
{len(PLACES)} pages and views in an order of its own, and draws a digit where it can. The timers of
the pages run, too. The last stage took {seconds:.0f} s.

| visitors | clicks | first page | median | 95 % | longest | cores | refreshes/s | MB | failures |
|---|---|---|---|---|---|---|---|---|---|
{rows}

With {last.visitors} visitors:

| | measured | demand | |
|---|---|---|---|
{table}

Slowest places then: {slowest}.

An answer is complete when the page's whole script has run, of which a visitor sees the top much
earlier. Every page was opened once before; the first page of a visitor counts
apart, since a class comes in once. Cores are those of
the server, training included. Memory is the server's, from {last.before:.0f} MB before these \
visitors came: {per_session:.1f} MB
for each of them, most of it what the pages load once for all. Growth is that of the lowest memory
of each minute; after the fifth these were {settled} MB.

Python {platform.python_version()}, torch {torch.__version__}, streamlit {streamlit.__version__}, \
{platform.machine()}.
"""


def measure(server: Server, plan: Plan) -> list[Stage]:
    process, stages = Process(server.pid), []
    with (
        chromium() as browser,
        training(browser, server, BATCH_SIZE) as record,
        ThreadPoolExecutor(1) as elsewhere,  # Playwright has taken this thread's event loop
    ):
        elsewhere.submit(asyncio.run, open_everything(server.url)).result()
        for visitors, seconds in plan.stages:
            coming = run_stage(server.url, process, visitors, seconds, plan.warm_up)
            stage = elsewhere.submit(asyncio.run, coming).result()
            if record.state.status != "running":
                stage.failures.append(f"the training is {record.state.status}")
            stages.append(stage)
    return stages


def main() -> None:
    parser = argparse.ArgumentParser(description="How many visitors a server bears.")
    parser.add_argument("--quick", action="store_true", help="a minute; nothing is written")
    parser.add_argument(
        "--crowd", action="store_true", help="60 visitors, two minutes; nothing is written"
    )
    options = parser.parse_args()
    quick = options.quick or options.crowd
    plan = CROWD if options.crowd else QUICK if quick else Plan()
    with lab_server() as server:
        stages = measure(server, plan)
    text = report(stages, plan)
    publish(text, RESULTS, quick=quick)
    for failure in sorted({failure for stage in stages for failure in stage.failures}):
        print(failure, file=sys.stderr)


if __name__ == "__main__":
    main()
