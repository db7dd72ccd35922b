"""Heartbeats."""

from __future__ import annotations

import os

import pytest

from core.files import read_json, replace_json
from core.runs.heartbeats import Heartbeats
from core.runs.lease import Lease
from core.runs.record import RunRecord
from tests.conftest import until
from tests.core.conftest import MakeRun


@pytest.fixture
def heartbeats(monkeypatch: pytest.MonkeyPatch) -> Heartbeats:
    monkeypatch.setattr("core.runs.heartbeats.HEARTBEAT_SECONDS", 0.01)
    return Heartbeats()


def make_old(record: RunRecord) -> None:
    os.utime(record.folder / "lease.json", (0, 0))


def test_a_run_is_alive_while_its_heart_is_kept_beating(
    make_run: MakeRun, heartbeats: Heartbeats
) -> None:
    record, other = make_run(), make_run()
    with heartbeats.keep_alive(record):
        for _ in range(3):
            make_old(record)
            until(record.lease.is_held)
        make_old(other)
    make_old(record)
    with heartbeats.keep_alive(other):
        until(other.lease.is_held)
        assert not record.lease.is_held(), "its heartbeat goes on"


def test_a_heart_beats_only_for_runs_that_are_there_and_its_own(
    make_run: MakeRun, heartbeats: Heartbeats
) -> None:
    kept, deleted, taken = make_run(), make_run(), make_run()
    for record in (deleted, taken, kept):
        heartbeats.add(record)
    deleted.lease.release()
    lease = taken.folder / "lease.json"
    replace_json(lease, {**read_json(lease), "token": "another's", "host": "elsewhere"})
    until(lambda: heartbeats._records.keys() == {kept.folder})
    make_old(taken)
    make_old(kept)
    until(kept.lease.is_held)
    assert not taken.lease.is_held()


def test_a_disk_that_is_out_of_order_for_a_moment_stops_no_heart(
    make_run: MakeRun, heartbeats: Heartbeats, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    renew, failures = Lease.renew, 3

    def failing(self: Lease) -> bool:
        nonlocal failures
        if failures:
            failures -= 1
            raise OSError("Stale file handle")
        return renew(self)

    monkeypatch.setattr(Lease, "renew", failing)
    with heartbeats.keep_alive(record):
        until(lambda: failures == 0)
        make_old(record)
        until(record.lease.is_held)
