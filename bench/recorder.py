"""Measures what recording costs a loop, and what importing the recorder costs.

    python -m bench.recorder [--quick]

Two loops that a student could write, each with and without the recorder, in turns: the compression
autoencoder on 60,000 digits in memory, without the slow DataLoader, and t-SNE of 1,000 digits by
hand. What the recorder takes is measured within the loop.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch import nn

from bench.reporting import exit_if_missed, met, publish, say
from core.data.digits import load_digits
from core.recorder import Recording, record
from examples.own_tsne import neighbours_in_data, neighbours_on_map

RESULTS = Path(__file__).parent / "results" / "recorder.md"
#: The most of a loop's time that the recorder may take.
DEMAND = 0.02
TURNS = 3

#: A loop; it calls the function after each epoch or iteration.
Loop = Callable[[Callable[..., None]], None]


def train(epochs: int, net: nn.Module, after: Callable[..., None]) -> None:
    """Train the compression autoencoder of task 1.1 and measure its test loss."""
    train, test = load_digits("train").pixels, load_digits("test").pixels
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    for _ in range(epochs):
        losses: list[torch.Tensor] = []
        for batch in torch.randperm(len(train)).split(256):
            x = train[batch]
            loss = (net(x) - x).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        with torch.no_grad():
            test_loss = (net(test) - test).square().mean()
        after(torch.stack(losses).mean(), test_loss)


def unfold(iterations: int, p: torch.Tensor, after: Callable[..., None]) -> None:
    """Compute t-SNE as the example does."""
    y = torch.randn(len(p), 2, requires_grad=True)
    optimizer = torch.optim.SGD([y], 10.0)
    for _ in range(iterations):
        kl = torch.xlogy(p, p).sum() - torch.xlogy(p, neighbours_on_map(y) + 1e-12).sum()
        after(y, kl)
        optimizer.zero_grad()
        kl.backward()
        optimizer.step()


def network() -> nn.Sequential:
    """Return the network of task 1.1: an encoder and a decoder."""
    return nn.Sequential(
        nn.Sequential(nn.Linear(784, 128), nn.Sigmoid(), nn.Linear(128, 32), nn.Sigmoid()),
        nn.Sequential(nn.Linear(32, 128), nn.Sigmoid(), nn.Linear(128, 784), nn.Sigmoid()),
    )


def cost(loop: Loop, recording: Recording, write: Callable[..., None]) -> tuple[float, float]:
    """Return the seconds of a recorded loop, and those of them within the recorder."""
    within = 0.0
    started = time.perf_counter()
    with recording as run:
        within += time.perf_counter() - started

        def after(*values: Any) -> None:
            nonlocal within
            began = time.perf_counter()
            write(run, *values)
            within += time.perf_counter() - began

        loop(after)
        ended = time.perf_counter()
    done = time.perf_counter()
    return done - started, within + done - ended


def training(epochs: int, folder: Path) -> tuple[Loop, Recording, Callable[..., None]]:
    """Return the loop of a training, its recording, and how it is recorded."""
    net = network()

    def write(run: Recording, loss: Any, test: Any) -> None:
        terms = {"train": {"loss": loss}, "validation": {"loss": test}}
        run.epoch(**terms, encode=net[0], decode=net[1])

    recording = record("bench", model=net, folder=folder, total=epochs)
    return partial(train, epochs, net), recording, write


def tsne(iterations: int, folder: Path) -> tuple[Loop, Recording, Callable[..., None]]:
    """Return the loop of a t-SNE, its recording, and how it is recorded."""
    digits = load_digits("train").take(slice(0, 1000))
    p = neighbours_in_data(digits.pixels)

    def write(run: Recording, y: Any, kl: Any) -> None:
        run.frame(y, kl=kl)

    recording = record("bench", labels=digits.labels, images=digits.pixels, folder=folder)
    return partial(unfold, iterations, p), recording, write


def measured(quick: bool, folder: Path) -> list[str]:
    """Return the rows of the table, one for each loop."""
    rows: list[str] = []
    for name, make, steps in (
        ("training", training, 1 if quick else 2),
        ("t-SNE", tsne, 30 if quick else 700),
    ):
        plain: list[float] = []
        recorded: list[float] = []
        within: list[float] = []
        for turn in range(1 if quick else TURNS):
            say(f"{name}, turn {turn + 1}")
            loop, recording, write = make(steps, folder)
            began = time.perf_counter()
            loop(lambda *_: None)
            plain.append(time.perf_counter() - began)
            seconds, inside = cost(loop, recording, write)
            recorded.append(seconds)
            within.append(inside)
        share = median(within) / median(recorded)
        rows.append(
            f"| {name} | {median(plain):.2f} s | {median(recorded):.2f} s | "
            f"{1000 * median(within) / steps:.2f} ms | {share:.2%} | {met(share < DEMAND)} |"
        )
    return rows


def import_seconds() -> tuple[float, float]:
    """Return how long PyTorch takes to import, and how much longer the recorder takes."""
    script = (
        "import time; a = time.perf_counter(); import torch; b = time.perf_counter(); "
        "import core.recorder; print(b - a, time.perf_counter() - b)"
    )
    found: list[list[float]] = []
    for _ in range(TURNS):
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        found.append([float(word) for word in done.stdout.split()])
    return median(row[0] for row in found), median(row[1] for row in found)


def main() -> None:
    """Measure and write the report."""
    parser = argparse.ArgumentParser(description="Measure what recording costs.")
    parser.add_argument("--quick", action="store_true", help="less of it, and no file")
    quick = parser.parse_args().quick
    torch_seconds, own_seconds = import_seconds()
    with tempfile.TemporaryDirectory() as folder:
        rows = measured(quick, Path(folder))
    text = "\n".join(
        [
            "# What recording costs",
            "",
            f"From `python -m bench.recorder` with PyTorch {torch.__version__} and "
            f"{torch.get_num_threads()} threads on {platform.machine()}: the median of",
            f"{1 if quick else TURNS} turns, in elapsed seconds on a machine without other work: "
            "CPU seconds would also count PyTorch's threads",
            "that spin while they wait for the loop to go on. A step is an epoch of 60,000",
            "digits, recorded with ten rebuilt digits and all weights, or an iteration of t-SNE of "
            "1,000 digits.",
            "Beginning and end of the recording count as well. The demand is at most "
            f"{DEMAND:.0%}.",
            "",
            "| loop | without | recorded | recorder, a step | share | demand |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
            f"`import core.recorder` takes {own_seconds:.2f} s after PyTorch's own "
            f"{torch_seconds:.2f} s; neither Streamlit nor a compiler is imported.",
            "",
        ]
    )
    publish(text, RESULTS, quick=quick)
    exit_if_missed(text)


if __name__ == "__main__":
    main()
