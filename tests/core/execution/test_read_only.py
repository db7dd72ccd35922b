"""A folder that may only be read: sentences that do not ask to delete runs."""

from __future__ import annotations

import errno
import os
import subprocess
from pathlib import Path

import pytest

from core.execution import run_events
from core.execution.pending import make_pending
from core.runs.record import RunError
from core.runs.rights import local_user
from core.runs.store import RunStore
from tests.core.conftest import MakeRun

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")

ADVICE = "ask whoever runs the lab to make the folder writable"


def read_only(folder: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)


def test_a_read_only_disk_refuses_everything_in_a_sentence(mounted_disk: Path) -> None:
    store = RunStore(mounted_disk / "runs", mounted_disk / "gallery", quota=10**9)
    paused, done, running = (store.create("train", {}, title="x") for _ in range(3))
    paused.set_state(status="paused")
    done.set_state(status="done", progress=1.0)
    running.set_state(status="running")
    read_only(mounted_disk)
    refused = rf"Read-only file system\); {ADVICE}"
    with pytest.raises(RunError, match=refused):
        store.create("train", {}, title="x")
    with pytest.raises(RunError, match=refused):
        make_pending(paused)
    with pytest.raises(RunError, match=refused):
        running.control.request("pause", local_user())
    with pytest.raises(RunError, match=refused):
        store.delete(done.id, local_user())
    full = RunStore(mounted_disk / "runs", mounted_disk / "gallery", quota=0)
    full.make_room()  # as before each run: there is none to be made here
    assert done.folder.is_dir()


def test_a_run_that_may_no_longer_write_says_so(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    events = run_events(record)
    next(events)

    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        assert list(events) == []
    assert record.state.status == "failed"
    assert record.state.error == (
        "The run's folder can no longer be written (Read-only file system), so the run stopped; "
        f"what it had saved is safe. A{ADVICE[1:]}, then press Resume."
    )
