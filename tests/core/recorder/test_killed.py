"""A program that is killed at any moment leaves a folder that is whole up to its last epoch."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.recorder.reading import preview_of, read_epochs
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, read_weights
from core.tsne.recording import load_recording
from tests.conftest import until

ROOT = Path(__file__).resolve().parents[3]
#: Records as fast as it can, so that the kill comes while something is being written.
PROGRAM = """
import sys, torch
from torch import nn
from core.recorder import record

class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("epoch", torch.zeros(()))
        self.register_buffer("ballast", torch.zeros(20_000))

net = Counting()
if sys.argv[2] == "model":
    with record("killed", model=net, folder=sys.argv[1]) as run:
        for epoch in range(1, 10_000):
            net.epoch.fill_(epoch)
            run.epoch(
                train={"loss": 1 / epoch}, encode=lambda x: x * 0 + net.epoch / 255,
                decode=lambda z: z,
            )
else:
    with record("killed", labels=[0] * 500, folder=sys.argv[1]) as run:
        for step in range(10_000):
            run.frame(torch.full((500, 2), float(step)), kl=float(step))
"""


def killed(runs: Path, what: str, seed: int) -> RunRecord:
    """The run of a program that was killed at a random moment, while others read its folder."""
    generator = random.Random(seed)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(runs), what], env=environment, cwd=runs.parent
    )
    try:
        store = RunStore(runs, runs.parent / "none")
        (found,) = until(store.list)
        record = store.get(found.id)
        until(lambda: len(record.history()) > generator.randint(2, 12))
        deadline = time.monotonic() + generator.uniform(0, 0.4)
        while time.monotonic() < deadline:
            assert program.poll() is None
            check(record, what)
    finally:
        program.send_signal(signal.SIGKILL)
        program.wait()
    return RunRecord(record.folder)


def check(record: RunRecord, what: str) -> int:
    """Check that all is there that the history speaks of; return the last epoch or iteration."""
    if what == "map":
        found = load_recording(record)
        last = int(found.iterations[-1])
        assert found.iterations.tolist() == list(range(last + 1))
        assert (found.iterations == found.positions[:, 0, :, 0].T).all()
        return last
    rows = read_epochs(record)
    assert [row.epoch for row in rows] == list(range(1, len(rows) + 1))
    pictures = preview_of(record, rows)
    assert pictures is not None
    assert (pictures[1][1] == min(pictures[0], 255)).all()
    return len(rows)


@pytest.mark.parametrize("what", ["model", "map"])
@pytest.mark.parametrize("seed", range(3))
def test_what_was_recorded_survives_a_kill(tmp_path: Path, what: str, seed: int) -> None:
    record = killed(tmp_path / "runs", what, seed)
    assert record.state.status == "interrupted"
    assert "Resume" not in record.state.error
    last = check(record, what)
    assert last > 1
    if what == "model":
        kept = checkpoint_epochs(record)
        # The next epoch's weights may have been written before its row.
        assert kept[-1] in (last, last + 1)
        for epoch in kept:
            assert read_weights(record, epoch)["epoch"] == epoch
        assert last in kept
