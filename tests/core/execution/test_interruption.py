"""Ctrl+C and kill -9 in the middle of python -m core."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.__main__ import main
from core.execution import run_events
from core.runs.events import Event
from core.runs.record import RunRecord
from tests.conftest import until
from tests.core.conftest import MakeRun, content

pytestmark = pytest.mark.usefixtures("one_thread", "store")

ROOT = Path(__file__).resolve().parents[3]


def test_ctrl_c_leaves_a_run_that_can_be_resumed(
    make_run: MakeRun, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = make_run(), make_run()
    for _ in run_events(whole):
        pass
    stopped.set_state(status="paused")
    append = RunRecord.append

    def interrupting(self: RunRecord, event: Event) -> bool:
        if event.progress > 0.5:
            raise KeyboardInterrupt
        return append(self, event)

    with monkeypatch.context() as patch:
        patch.setattr(RunRecord, "append", interrupting)
        assert main(["resume", str(stopped.folder)]) == 130
    err = capsys.readouterr().err
    assert f"To continue: python -m core resume {stopped.folder}" in err.splitlines()[-1]
    assert stopped.state.status == "interrupted"
    assert main(["resume", str(stopped.folder)]) == 0
    assert content(stopped) == content(whole)


def test_a_killed_process_leaves_a_run_that_ends_as_if_nothing_had_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = ["--epochs", "4", "--set", "digits=10000", "--set", "batch_size=50"]
    command = [sys.executable, "-m", "core"]
    killed = tmp_path / "killed"
    process = subprocess.Popen(
        [*command, "train", "compression", *slow, "--out", str(killed)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(killed.exists)
        record = RunRecord(killed)

        def is_held_within_an_epoch() -> bool:
            if not any(row["epoch"] > 1 for row in record.history()):
                return False
            process.send_signal(signal.SIGSTOP)
            if record.history()[-1]["epoch"] % 1:
                return True
            process.send_signal(signal.SIGCONT)
            return False

        until(is_held_within_an_epoch)
        assert record.state.status == "running"
    finally:
        process.kill()
        process.wait()
    rows = RunRecord(killed).history()
    assert rows[-1]["epoch"] % 1, "it was not killed within an epoch"
    assert record.state.status == "interrupted"
    assert "Resume goes on from there" in record.state.error

    resumed = subprocess.run(
        [*command, "resume", str(killed)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (resumed.returncode, resumed.stdout) == (0, f"{killed}\n"), resumed.stderr
    assert record.state.status == "done"
    assert main(["train", "compression", *slow, "--out", str(tmp_path / "whole")]) == 0
    assert content(record) == content(RunRecord(tmp_path / "whole"))
    assert record.history() == RunRecord(killed).history(), "who has looked all along sees the same"
