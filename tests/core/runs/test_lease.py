"""Whether the process that computes a run is alive."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from core.files import read_json, replace_json
from core.runs.lease import STALE_AFTER, Lease


@pytest.fixture
def lease(tmp_path: Path) -> Lease:
    lease = Lease(tmp_path)
    lease.acquire()
    return lease


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lease.json"


@pytest.fixture(scope="module")
def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def change(path: Path, **changes: Any) -> None:
    replace_json(path, {**read_json(path), **changes})


def make_stale(path: Path) -> None:
    before = time.time() - STALE_AFTER - 1
    os.utime(path, (before, before))


def test_this_process_is_alive_until_it_lets_go(lease: Lease) -> None:
    assert lease.is_mine()
    assert lease.is_held()
    lease.release()
    assert not lease.is_mine()
    assert not lease.is_held()
    lease.release()  # nothing left to let go of


def test_a_stale_heartbeat_counts_as_dead_until_the_next_beat(lease: Lease, path: Path) -> None:
    make_stale(path)
    assert not lease.is_held()
    assert lease.renew()
    assert lease.is_held()


def test_an_earlier_process_of_the_same_number_is_dead(lease: Lease, path: Path) -> None:
    change(path, token="of another process")
    assert not lease.is_held()
    assert not lease.is_mine()


def test_a_dead_process_of_this_machine_is_dead_at_once(
    lease: Lease, path: Path, dead_pid: int
) -> None:
    change(path, token="of another process", pid=dead_pid)
    assert not lease.is_held()


def test_another_living_process_is_alive(lease: Lease, path: Path) -> None:
    change(path, token="of another process", pid=os.getppid())
    assert lease.is_held()
    make_stale(path)
    assert not lease.is_held(), "it may be another program of the same number"


def test_of_a_foreign_machine_only_the_heartbeat_counts(
    lease: Lease, path: Path, dead_pid: int
) -> None:
    change(path, token="of another process", host=f"not-{socket.gethostname()}", pid=dead_pid)
    assert lease.is_held()
    make_stale(path)
    assert not lease.is_held()


def test_nobody_beats_for_a_run_that_another_process_has_taken(lease: Lease, path: Path) -> None:
    change(path, token="of another process", host="elsewhere")
    make_stale(path)
    assert not lease.renew()
    assert not lease.is_held()


@pytest.mark.parametrize("pid", [None, "one", -1, 10**30, [1]], ids=str)
def test_a_damaged_number_is_judged_by_the_heartbeat(lease: Lease, path: Path, pid: object) -> None:
    change(path, token="of another process", pid=pid)
    assert lease.is_held()
    make_stale(path)
    assert not lease.is_held()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null"])
def test_a_damaged_file_is_nobodys(lease: Lease, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert not lease.is_held()
    assert not lease.is_mine()
    assert not lease.renew()


def test_a_lease_of_an_older_version_counts_until_another_is_acquired(
    lease: Lease, path: Path, tmp_path: Path
) -> None:
    old = path.rename(tmp_path / "owner.json")
    assert lease.is_held()
    assert lease.renew()
    lease.acquire()
    assert not old.exists(), "its process sees that it has lost the run"
    assert lease.is_mine()
    path.rename(old)
    lease.release()
    assert not old.exists()
