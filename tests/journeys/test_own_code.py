"""A program of one's own moves on the pages while it computes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bench.browser.server import Server
from tests.journeys.conftest import Serve

ROOT = Path(__file__).resolve().parents[2]
#: Each line of its input is one more epoch, or frame.
PROGRAM = """
import sys, torch
from core.recorder import record
from tests.support.recorded import small_net

if sys.argv[1] == "model":
    net = small_net()
    with record("live <b>net</b>", model=net, settings={"lr": 0.25, "<i>": "$x$"}, total=5) as run:
        print(run.folder.name, flush=True)
        for epoch, _ in enumerate(sys.stdin, 1):
            terms = {"my loss": 1 / epoch}
            run.epoch(train=terms, validation=terms, encode=net[0], decode=net[1])
            print(epoch, flush=True)
else:
    with record("live map", labels=list(range(10)) * 5, total=5) as run:
        print(run.folder.name, flush=True)
        for step, _ in enumerate(sys.stdin):
            run.frame(torch.randn(50, 2), kl=3.0 - step)
            print(step, flush=True)
"""


@pytest.fixture(scope="module")
def lab(serve: Serve) -> Iterator[Server]:
    with serve() as server:
        yield server


class Program:
    """A program that records when it is told to."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.run_id = self._answer()

    def step(self) -> None:
        assert self._process.stdin is not None
        print(file=self._process.stdin, flush=True)
        self._answer()

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(60) == 0

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@contextmanager
def program(runs: Path, what: str) -> Iterator[Program]:
    """A program that records into the lab's folder."""
    environment = {**os.environ, "LATENT_LAB_RUNS": str(runs), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    )
    try:
        yield Program(process)
    finally:
        process.kill()
        process.wait()


def test_a_recorded_training_moves_live(
    lab: Server, page: Page, settled: Callable[[Page], None], console_errors: list[str]
) -> None:
    with program(lab.runs, "model") as own:
        own.step()
        page.goto(f"{lab.url}/autoencoders?run={own.run_id}")
        settled(page)
        expect(page.get_by_text("Epoch 1 of 5")).to_be_visible()
        expect(page.get_by_text("Output after epoch 1").first).to_be_visible()
        expect(page.get_by_text("live <b>net</b>").first).to_be_attached()
        expect(page.get_by_role("cell", name="<i>")).to_be_visible()
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        own.step()
        own.step()
        expect(page.get_by_text("Epoch 3 of 5")).to_be_visible()
        expect(page.get_by_text("Output after epoch 3").first).to_be_visible()
        expect(page.get_by_test_id("stMetricValue").first).to_have_text("0.333")
        own.end()
        expect(page.get_by_text(re.compile("Done after 3 of 5 epochs"))).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)


def test_a_killed_program_leaves_an_interrupted_map(
    lab: Server, page: Page, settled: Callable[[Page], None], console_errors: list[str]
) -> None:
    with program(lab.runs, "map") as own:
        own.step()
        page.goto(f"{lab.url}/tsne?run={own.run_id}")
        settled(page)
        expect(page.get_by_text("Iteration 0 of 5")).to_be_visible()
        own.step()
        own.step()
        expect(page.get_by_text("Iteration 2 of 5")).to_be_visible()
        expect(page.get_by_text("KL 1.000 nats").first).to_be_visible()
    expect(page.get_by_text(re.compile("Interrupted after 2 of 5 iterations"))).to_be_visible()
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    expect(page.get_by_role("button", name="Play")).to_be_visible()
