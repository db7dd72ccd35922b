"""Measures how long a run waits until its saved data have reached the disk.

    python -m bench.saving [--quick]

Whole runs as the lab computes them, in folders: without any sync, with the lab's, and with one of
each row and each progress too, which the lab leaves out. They take turns, so that whatever else the
machine does meets them alike. The folders lie beside the lab's own, on the disk that it uses.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from unittest import mock

import torch

from bench.reporting import publish, say
from core import files
from core.execution import run_events
from core.runs import record
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import training_settings
from core.tsne.config import TSNEConfig

RESULTS = Path(__file__).parent / "results" / "saving.md"
#: The ways to sync, as the report calls them.
NONE = "no sync"
OURS = "the lab's syncs"
ALL = "each row and progress, too"
#: Epochs of a training.
EPOCHS = 1
#: Iterations of a t-SNE run.
ITERATIONS = 100
#: Runs of each kind for each way to sync.
TURNS = 3


@dataclass
class Spent:
    """What each turn took: seconds, CPU seconds, syncs, and seconds in them."""

    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    syncs: list[int] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


@contextlib.contextmanager
def syncing(how: str) -> Iterator[list[float]]:
    """Let runs sync as `how` says within the block; yield a list of the seconds of each sync."""
    took: list[float] = []
    fsync, append, replace_json = os.fsync, files.append_bytes, files.replace_json

    def timed(descriptor: int) -> None:
        if how != NONE:
            started = time.perf_counter()
            fsync(descriptor)
            took.append(time.perf_counter() - started)

    def append_and_sync(path: Path, content: bytes) -> None:
        append(path, content)
        files.sync(path)

    def replace_and_sync(path: Path, value: object, *, durable: bool = True) -> None:
        replace_json(path, value)

    with contextlib.ExitStack() as patches:
        patches.enter_context(mock.patch.object(os, "fsync", timed))
        if how == ALL:
            patches.enter_context(mock.patch.object(record, "append_bytes", append_and_sync))
            patches.enter_context(mock.patch.object(record, "replace_json", replace_and_sync))
        yield took


def new_run(kind: str, store: RunStore, length: int) -> RunRecord:
    """Make a run at the exercise's settings, but for its length."""
    if kind == "training":
        values = {"epochs": length}
        return store.create("train", training_settings("compression", {}, values), title="Saving")
    config = TSNEConfig.from_dict({"iterations": length})
    return store.create("tsne", {"config": config.to_dict()}, title="Saving")


def measure(folder: Path, kind: str, length: int, turns: int) -> dict[str, Spent]:
    """Return the times of runs of a kind, by how they sync."""
    store = RunStore(folder / "runs", folder / "gallery", quota=10**12)
    spent = {how: Spent() for how in (NONE, OURS, ALL)}
    for turn in range(turns + 1):
        for how, each in spent.items():
            with syncing(how) as took:
                made = new_run(kind, store, length)
                took.clear()
                started, busy = time.perf_counter(), time.thread_time()
                for _ in run_events(made):
                    pass
                seconds, cpu = time.perf_counter() - started, time.thread_time() - busy
            if made.state.status != "done":
                raise RuntimeError(made.state.error)
            shutil.rmtree(made.folder)
            if turn:  # the first loads and allocates
                each.seconds.append(seconds)
                each.cpu.append(cpu)
                each.syncs.append(len(took))
                each.waited.append(sum(took))
            say(f"{kind} {turn}, {how}: {seconds:.2f} s, {sum(took):.3f} s in {len(took)} syncs")
    return spent


def rows(title: str, spent: dict[str, Spent]) -> str:
    """Return the rows of the report's table for a kind of run."""
    return "\n".join(
        f"| {title} | {how} | {median(each.seconds):.2f} | {median(each.cpu):.2f} "
        f"| {median(each.syncs):.0f} | {1000 * median(each.waited):.0f} ms "
        f"| {100 * median(each.waited) / median(each.cpu):.1f} % |"
        for how, each in spent.items()
    )


def report(training: dict[str, Spent], tsne: dict[str, Spent], epochs: int, iterations: int) -> str:
    """Return the results as Markdown."""
    turns = len(training[OURS].seconds)
    return f"""# What saving costs

`python -m bench.saving`: whole runs at the exercise's settings, {epochs} epoch(s) of the
compression autoencoder (each is saved, so that the run can go on from it) and
{iterations} iterations of t-SNE with two optimisers (saved every 50). The three ways take turns,
{turns} each, on the disk that the lab uses; the numbers are medians.

| run | what is synced | elapsed s | CPU s | syncs | time in syncs | of the CPU time |
|---|---|---|---|---|---|---|
{rows("training", training)}
{rows("t-SNE", tsne)}

Read the last two columns: the time in syncs is measured at each `fsync`, while elapsed seconds
depend on the machine's other work. The load average was {os.getloadavg()[0]:.0f} at the end, on
{os.cpu_count()} cores.

The lab syncs what a run goes on from (the weights, Adam's moments, the files that grow, then the
folder's list of names) and each change of a run's state. It leaves out the rows between two such
points, and how far the run is meanwhile: a run that goes on after a power failure cuts them off
anyway, and the faster the steps, the larger the share that their syncs would take.

Python {platform.python_version()}, torch {torch.__version__}, {platform.machine()}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description="What saving costs a run.")
    parser.add_argument("--quick", action="store_true", help="few turns; nothing is written")
    quick = parser.parse_args().quick
    epochs, iterations, turns = (2, 60, 1) if quick else (EPOCHS, ITERATIONS, TURNS)
    beside = RunStore().runs.parent
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=".saving-") as folder:
        training = measure(Path(folder), "training", epochs, turns)
        tsne = measure(Path(folder), "t-SNE", iterations, turns)
    publish(report(training, tsne, epochs, iterations), RESULTS, quick=quick)


if __name__ == "__main__":
    main()
