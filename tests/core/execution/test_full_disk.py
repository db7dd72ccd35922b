"""A disk that is full at some moment of a run: nothing half-written shows, nothing is lost."""

from __future__ import annotations

import errno
import json
import os
import types
from pathlib import Path

import pytest
import safetensors.torch

from core.execution import run_events
from core.execution.pending import make_pending
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.core.conftest import MakeRun, content, leftovers, run_events_module

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")

FULL = "The disk is full, so the run stopped; what it had saved is safe."


class Disk:
    """Fails writes, half done, from the given one on: `for_ever` or just that one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writes = 0
        self.full_at: int | None = None
        self.for_ever = True
        write, write_bytes = os.write, Path.write_bytes

        def failing_write(descriptor: int, data: bytes) -> int:
            if self._is_full():
                write(descriptor, bytes(data[: len(data) // 2]))
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data)

        def failing_write_bytes(path: Path, data: bytes) -> int:
            if self._is_full():
                write_bytes(path, data[: len(data) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write_bytes(path, data)

        monkeypatch.setattr(os, "write", failing_write)
        monkeypatch.setattr(Path, "write_bytes", failing_write_bytes)

    def _is_full(self) -> bool:
        self.writes += 1
        if self.full_at is None or self.writes <= self.full_at:
            return False
        if not self.for_ever:
            self.full_at = None
        return True


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def compute(record: RunRecord) -> str:
    for _ in run_events(record):
        pass
    return record.state.status


def check_whole(record: RunRecord) -> None:
    """Whoever looks at the folder now sees nothing half-written."""
    assert leftovers(record.folder) == []
    for path in record.folder.glob("*.json"):
        json.loads(path.read_bytes())
    for path in record.folder.glob("*.safetensors"):
        safetensors.torch.load_file(path)
    history = record.folder / "history.jsonl"
    if history.exists():
        assert [json.loads(line) for line in history.read_bytes().splitlines()] == list(
            record.history()
        )
    assert len(record.read_bytes("preview.u8")) % (2 * 7840) == 0


@pytest.mark.parametrize("for_ever", [True, False], ids=["stays full", "full once"])
def test_a_disk_that_is_full_at_any_write(
    make_run: MakeRun, disk: Disk, monkeypatch: pytest.MonkeyPatch, for_ever: bool
) -> None:
    # A slow run would write its progress more often than a fast one.
    monkeypatch.setattr(run_events_module, "time", types.SimpleNamespace(perf_counter=lambda: 0.0))
    whole = make_run(epochs=1, batch_size=300)
    disk.writes = 0
    assert compute(whole) == "done"
    writes = disk.writes
    assert writes > 15
    for failing in range(writes):
        record = make_run(epochs=1, batch_size=300)
        disk.writes, disk.full_at, disk.for_ever = 0, failing, for_ever
        ended = compute(record)
        disk.full_at = None
        if for_ever:
            # Even the sentence cannot be written any more.
            assert ended == "interrupted"
            assert "Resume goes on from there" in record.state.error
        elif failing == writes - 1:
            assert ended == "interrupted", "it is done, but could not say so"
        else:
            assert ended == "failed"
            assert record.state.error.startswith(FULL)
        check_whole(record)
        make_pending(record)
        assert compute(record) == "done"
        assert content(record) == content(whole)


def test_a_full_disk_refuses_new_runs_and_resumes_in_a_sentence(
    store: RunStore, make_run: MakeRun, disk: Disk
) -> None:
    record = make_run()
    record.set_state(status="paused")
    for failing in range(2):
        disk.writes, disk.full_at = 0, failing
        with pytest.raises(RunError, match=r"No space left on device\); delete runs that"):
            make_pending(record)
        assert record.state.status == "paused"
    for failing in range(3):
        disk.writes, disk.full_at = 0, failing
        with pytest.raises(RunError, match=r"No space left on device\); delete runs that"):
            make_run()
    disk.writes, disk.full_at = 0, 0
    with pytest.raises(RunError, match=r"could not be asked to pause \(No space left on device\)"):
        record.control.request("pause", local_user())
    disk.full_at = None
    assert leftovers(store.runs) == leftovers(record.folder) == []
    assert [run.id for run in store.list()] == [record.id]
    assert record.control.requested() == ""


def test_a_real_full_disk(make_run: MakeRun, mounted_disk: Path) -> None:
    whole = make_run()
    compute(whole)
    ballast = mounted_disk / "ballast"
    ballast.write_bytes(b"\0" * 5_000_000)
    record = make_run(mounted_disk / "run")  # which needs 8.5 MB
    assert compute(record) in ("failed", "interrupted")
    check_whole(record)
    ballast.unlink()
    make_pending(record)
    assert compute(record) == "done"
    assert content(record) == content(whole)
