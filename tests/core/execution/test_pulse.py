"""Heartbeats."""

from __future__ import annotations

import os

import pytest

from core.execution.pulse import Pulse
from core.files import read_json, replace_json
from core.runs.lease import Ownership
from core.runs.record import RunRecord
from tests.conftest import until
from tests.core.conftest import MakeRun


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Pulse:
    monkeypatch.setattr("core.execution.pulse.HEARTBEAT_SECONDS", 0.01)
    return Pulse()


def make_old(record: RunRecord) -> None:
    os.utime(record.folder / "owner.json", (0, 0))


def test_a_run_is_alive_while_its_heart_is_kept_beating(make_run: MakeRun, pulse: Pulse) -> None:
    record, other = make_run(), make_run()
    with pulse.beating(record):
        for _ in range(3):
            make_old(record)
            until(record.owner.is_alive)
        make_old(other)
    make_old(record)
    with pulse.beating(other):
        until(other.owner.is_alive)
        assert not record.owner.is_alive(), "it goes on beating"


def test_a_heart_beats_only_for_runs_that_are_there_and_its_own(
    make_run: MakeRun, pulse: Pulse
) -> None:
    kept, deleted, taken = make_run(), make_run(), make_run()
    for record in (deleted, taken, kept):
        pulse.add(record)
    deleted.owner.release()
    owner = taken.folder / "owner.json"
    replace_json(owner, {**read_json(owner), "token": "another's", "host": "elsewhere"})
    until(lambda: pulse._records.keys() == {kept.folder})
    make_old(taken)
    make_old(kept)
    until(kept.owner.is_alive)
    assert not taken.owner.is_alive()


def test_a_disk_that_is_out_of_order_for_a_moment_stops_no_heart(
    make_run: MakeRun, pulse: Pulse, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    beat, failures = Ownership.beat, 3

    def failing(self: Ownership) -> bool:
        nonlocal failures
        if failures:
            failures -= 1
            raise OSError("Stale file handle")
        return beat(self)

    monkeypatch.setattr(Ownership, "beat", failing)
    with pulse.beating(record):
        until(lambda: failures == 0)
        make_old(record)
        until(record.owner.is_alive)
