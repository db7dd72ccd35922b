"""The executor on processes of its own."""

from __future__ import annotations

import os
import signal
import sys
import types
from pathlib import Path

import pytest

from core.execution import run_events
from core.files import read_json
from core.runs.record import RunRecord
from core.runs.rights import local_user
from tests.conftest import until
from tests.core.conftest import MakeQueue, MakeRun, content, status

pytestmark = pytest.mark.usefixtures("one_thread")


def worker_of(record: RunRecord) -> int:
    """The number of the process that computes a run, once one other than this does."""
    lease = record.folder / "lease.json"
    pid = until(lambda: pid if (pid := read_json(lease)["pid"]) != os.getpid() else 0)
    until(lambda: len(record.history()) > 1)
    return pid


def test_runs_in_processes_survive_the_death_of_a_worker_and_the_end_of_the_server(
    make_run: MakeRun,
    make_queue: MakeQueue,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    # Within Streamlit the main module is a page; a worker that ran it would start workers.
    page = tmp_path / "page.py"
    page.write_text(f"import pathlib; pathlib.Path({str(tmp_path / 'was-run')!r}).touch()")
    main = types.ModuleType("__main__")
    main.__file__ = str(page)
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setenv("LATENT_LAB_EXECUTOR", "process")
    alone = make_run()
    for _ in run_events(alone):
        pass

    queue = make_queue()
    killed, waiting, after, cancelled = (
        make_run(epochs=500),
        make_run(),
        make_run(epochs=500),
        make_run(),
    )
    for record in (killed, waiting, after, cancelled):
        queue.submit(record)
    first = worker_of(killed)
    queue.cancel(cancelled, local_user())
    assert cancelled.state.status == "cancelled", "it waits, so it ends at once"
    os.kill(first, signal.SIGKILL)
    assert status(killed) == "interrupted"
    until(lambda: "has died" in killed.state.error)

    assert status(waiting) == "done"
    assert content(waiting) == content(alone)
    second = worker_of(after)
    assert first != second
    queue.close()
    assert after.state.status == "interrupted"
    assert after.control.requested() == ""
    assert "Resume goes on from there" in after.state.error
    until(lambda: not _exists(second))
    assert sys.modules["__main__"] is main
    assert not (tmp_path / "was-run").exists()


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
