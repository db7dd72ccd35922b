"""Requests to whoever computes a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.runs.control import RunControl
from core.runs.state import RunError


@pytest.fixture
def control(tmp_path: Path) -> RunControl:
    return RunControl(tmp_path)


def test_the_last_request_stands_until_it_is_cleared(control: RunControl) -> None:
    assert control.requested() == ""
    control.request("pause")
    control.request("cancel")
    assert RunControl(control.folder).requested() == "cancel", "another process reads it, too"
    control.clear()
    assert control.requested() == ""
    control.clear()  # nothing left to clear


def test_a_request_written_by_hand_may_be_odd(control: RunControl) -> None:
    (control.folder / "control").write_bytes(b" pause\n")
    assert control.requested() == "pause"
    (control.folder / "control").write_bytes(b"\xff")
    assert control.requested() == "\N{REPLACEMENT CHARACTER}"


def test_each_value_is_requested_on_its_own_and_stays(control: RunControl) -> None:
    assert control.requested_value("rate") is None
    control.request_value("rate", 0.5, "take another rate")
    control.request_value("other", 3, "take another one")
    control.request_value("rate", 0.25, "take another rate")
    control.clear()
    assert control.requested_value("rate") == 0.25
    assert control.requested_value("other") == 3
    (control.folder / "rate.json").write_text('"fast"')
    assert control.requested_value("rate") is None


def test_what_cannot_be_written_is_told_with_what_was_asked(tmp_path: Path) -> None:
    (tmp_path / "run-7").touch()  # a file where the run's folder should be
    control = RunControl(tmp_path / "run-7")
    with pytest.raises(RunError, match=r"^Run run-7 could not be asked to pause \(Not a directory"):
        control.request("pause")
    with pytest.raises(RunError, match=r"asked to take another rate \(.*, then try again\.$"):
        control.request_value("rate", 0.5, "take another rate")
