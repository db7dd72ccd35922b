"""What run.json and state.json say, and how they may be broken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.files import read_json, replace_json
from core.runs.lease import Lease
from core.runs.record import RunError, RunRecord
from core.runs.rights import local_user
from tests.core.conftest import MakeRun


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b'{"kind": "train", "tit',
        b"[]",
        b'{"kind": "train"}',
        b'{"kind": 5, "title": "x", "settings": {}}',
        b'{"kind": "train", "title": null, "settings": {}}',
        b'{"kind": "train", "title": "x", "settings": "none"}',
        b'{"kind": "train", "title": "x", "settings": {}, "created_at": "yesterday"}',
        b'{"kind": "train", "title": "x", "settings": {}, "created_at": NaN}',
    ],
)
def test_a_folder_without_a_readable_run_json_is_refused(
    tmp_path: Path, content: bytes | None
) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    if content is not None:
        (folder / "run.json").write_bytes(content)
    with pytest.raises(RunError, match=r"run\.json.*Choose another run, or start a new one\."):
        RunRecord(folder)


def test_fields_that_a_later_version_adds_are_ignored(done: RunRecord) -> None:
    for name in ("run.json", "state.json"):
        path = done.folder / name
        replace_json(path, {**read_json(path), "colour": "blue"})
    again = RunRecord(done.folder)
    assert again.request == done.request
    assert again.state.status == "done"
    again.set_state(error="x")
    assert again.state.error == "x"


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b'{"status": "do',
        b"[1]",
        b"{}",
        b'{"status": "flying"}',
        b'{"status": ["done"]}',
        b'{"status": "done", "progress": "half"}',
        b'{"status": "done", "progress": NaN}',
        b'{"status": "done", "error": null}',
    ],
)
def test_a_missing_or_damaged_state_reads_as_failed(done: RunRecord, content: bytes | None) -> None:
    path = done.folder / "state.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    state = done.state
    assert state.status == "failed"
    assert "state.json is missing or damaged" in state.error
    assert done.history(), "its curve is still there"
    done.set_state(status="pending")
    assert json.loads(path.read_bytes())["status"] == "pending"


def test_an_active_run_whose_process_has_gone_is_interrupted(make_run: MakeRun) -> None:
    record = make_run()
    for active in ("pending", "running"):
        record.set_state(status=active, progress=0.25)
        record.lease.acquire()
        assert record.state.status == active
        record.lease.release()
        assert record.state.status == "interrupted"
        assert record.state.progress == 0.25
        assert "Resume goes on from there" in record.state.error
    record.set_state(status="done")
    assert record.state.status == "done", "a run that has ended needs nobody"


def test_a_request_is_there_until_it_is_cleared(make_run: MakeRun) -> None:
    record = make_run()
    assert record.control.requested() == ""
    record.control.clear()
    record.control.request("pause", local_user())
    record.control.request("cancel", local_user())
    assert RunRecord(record.folder).control.requested() == "cancel"
    record.control.clear()
    assert record.control.requested() == ""


def test_a_run_that_ends_while_somebody_looks_is_not_interrupted(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    record.set_state(status="running")
    is_held = Lease.is_held

    def ends(self: Lease) -> bool:
        # The look at state.json is behind us, the one at lease.json ahead.
        monkeypatch.setattr(Lease, "is_held", is_held)
        record.set_state(status="done")
        self.release()
        return self.is_held()

    monkeypatch.setattr(Lease, "is_held", ends)
    assert record.state.status == "done"
    assert Lease.is_held is is_held, "nobody looked"
