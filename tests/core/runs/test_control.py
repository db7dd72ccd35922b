"""Requests to whoever computes a run, and whose requests count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.runs.control import RunControl
from core.runs.folders import GALLERY
from core.runs.rights import NotYoursError, local_user, may_change
from core.runs.state import RunError

OWNER, STRANGER = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.fixture
def control(tmp_path: Path) -> RunControl:
    return RunControl(tmp_path, OWNER)


def test_the_last_request_stands_until_it_is_cleared(control: RunControl) -> None:
    assert control.requested() == ""
    control.request("pause", OWNER)
    control.request("cancel", OWNER)
    again = RunControl(control.folder, OWNER)
    assert again.requested() == "cancel", "another process reads it, too"
    control.clear()
    assert control.requested() == ""
    control.clear()  # nothing left to clear
    control.request_stop()
    assert control.requested() == "stop"


def test_the_owner_and_the_user_of_this_computer_may_change_a_run() -> None:
    assert may_change(OWNER, OWNER)
    assert may_change(OWNER, local_user())
    assert may_change("", local_user()), "of an older version, or imported"
    assert not may_change(OWNER, STRANGER)
    assert not may_change(OWNER, "local:other")
    assert not may_change(OWNER, "")
    assert not may_change("", ""), "nobody is not the owner of what belongs to nobody"
    assert not may_change("", STRANGER)
    assert not may_change(local_user(), STRANGER)


@pytest.mark.parametrize("who", [STRANGER, "", "local:other", "server"])
def test_a_stranger_s_request_is_refused_and_leaves_nothing(control: RunControl, who: str) -> None:
    with pytest.raises(NotYoursError, match="belongs to somebody else, so it was not changed"):
        control.request("cancel", who)
    with pytest.raises(NotYoursError):
        control.request_value("rate", 0.5, "take another rate", who)
    assert list(control.folder.iterdir()) == []


@pytest.mark.parametrize("who", [OWNER, local_user(), ""])
def test_nobody_requests_anything_of_a_run_of_the_gallery(who: str) -> None:
    control = RunControl(GALLERY / "compression", "")
    with pytest.raises(RunError, match="belongs to the gallery, which is only read"):
        control.request("cancel", who)
    assert not (control.folder / "control").exists()


@pytest.mark.parametrize(
    "content",
    [
        "cancel",
        json.dumps({"request": "cancel"}),
        json.dumps({"request": "cancel", "by": STRANGER}),
        json.dumps({"request": "cancel", "by": ""}),
        json.dumps({"request": "cancel", "by": "local:other"}),
        json.dumps({"request": "cancel", "by": "server"}),
        json.dumps({"request": "cancel", "by": [OWNER]}),
        json.dumps({"request": "stop", "by": OWNER}),
        json.dumps({"request": "delete", "by": OWNER}),
        json.dumps({"request": ["cancel"], "by": OWNER}),
        json.dumps([OWNER, "cancel"]),
        "[" * 100_000,
    ],
)
def test_a_forged_control_file_is_overlooked(control: RunControl, content: str) -> None:
    (control.folder / "control").write_text(content)
    assert control.requested() == ""
    control.request("pause", OWNER)
    assert control.requested() == "pause", "the owner's next request replaces it"


def test_a_control_file_of_bytes_that_are_no_text_is_overlooked(control: RunControl) -> None:
    (control.folder / "control").write_bytes(b"\xff")
    assert control.requested() == ""


def test_each_value_is_requested_on_its_own_and_stays(control: RunControl) -> None:
    assert control.requested_value("rate") is None
    control.request_value("rate", 0.5, "take another rate", OWNER)
    control.request_value("other", 3, "take another one", OWNER)
    control.request_value("rate", 0.25, "take another rate", local_user())
    control.clear()
    assert control.requested_value("rate") == 0.25
    assert control.requested_value("other") == 3


@pytest.mark.parametrize(
    "content",
    [
        '"fast"',
        "0.5",
        json.dumps({"value": 0.5}),
        json.dumps({"value": 0.5, "by": STRANGER}),
        json.dumps({"value": "0.5", "by": OWNER}),
        json.dumps({"value": True, "by": OWNER}),
        json.dumps({"value": float("nan"), "by": OWNER}),
    ],
)
def test_a_forged_value_is_overlooked(control: RunControl, content: str) -> None:
    (control.folder / "rate.json").write_text(content)
    assert control.requested_value("rate") is None


def test_what_cannot_be_written_is_told_with_what_was_asked(tmp_path: Path) -> None:
    (tmp_path / "run-7").touch()  # a file where the run's folder should be
    control = RunControl(tmp_path / "run-7", OWNER)
    with pytest.raises(RunError, match=r"^Run run-7 could not be asked to pause \(Not a directory"):
        control.request("pause", OWNER)
    with pytest.raises(RunError, match=r"asked to take another rate \(.*, then try again\.$"):
        control.request_value("rate", 0.5, "take another rate", OWNER)
