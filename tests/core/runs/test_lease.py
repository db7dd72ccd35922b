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
from core.runs.lease import STALE_AFTER, Ownership


@pytest.fixture
def owner(tmp_path: Path) -> Ownership:
    owner = Ownership(tmp_path)
    owner.take()
    return owner


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "owner.json"


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


def test_this_process_is_alive_until_it_lets_go(owner: Ownership) -> None:
    assert owner.is_mine()
    assert owner.is_alive()
    owner.release()
    assert not owner.is_mine()
    assert not owner.is_alive()
    owner.release()  # nothing left to let go of


def test_a_stale_heartbeat_counts_as_dead_until_the_next_beat(owner: Ownership, path: Path) -> None:
    make_stale(path)
    assert not owner.is_alive()
    assert owner.beat()
    assert owner.is_alive()


def test_an_earlier_process_of_the_same_number_is_dead(owner: Ownership, path: Path) -> None:
    change(path, token="of another process")
    assert not owner.is_alive()
    assert not owner.is_mine()


def test_a_dead_process_of_this_machine_is_dead_at_once(
    owner: Ownership, path: Path, dead_pid: int
) -> None:
    change(path, token="of another process", pid=dead_pid)
    assert not owner.is_alive()


def test_another_living_process_is_alive(owner: Ownership, path: Path) -> None:
    change(path, token="of another process", pid=os.getppid())
    assert owner.is_alive()
    make_stale(path)
    assert not owner.is_alive(), "it may be another program of the same number"


def test_of_a_foreign_machine_only_the_heartbeat_counts(
    owner: Ownership, path: Path, dead_pid: int
) -> None:
    change(path, token="of another process", host=f"not-{socket.gethostname()}", pid=dead_pid)
    assert owner.is_alive()
    make_stale(path)
    assert not owner.is_alive()


def test_nobody_beats_for_a_run_that_another_process_has_taken(
    owner: Ownership, path: Path
) -> None:
    change(path, token="of another process", host="elsewhere")
    make_stale(path)
    assert not owner.beat()
    assert not owner.is_alive()


@pytest.mark.parametrize("pid", [None, "one", -1, 10**30, [1]], ids=str)
def test_a_damaged_number_is_judged_by_the_heartbeat(
    owner: Ownership, path: Path, pid: object
) -> None:
    change(path, token="of another process", pid=pid)
    assert owner.is_alive()
    make_stale(path)
    assert not owner.is_alive()


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"null"])
def test_a_damaged_file_is_nobodys(owner: Ownership, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert not owner.is_alive()
    assert not owner.is_mine()
    assert not owner.beat()
