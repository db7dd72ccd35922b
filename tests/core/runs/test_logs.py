"""What the server says about itself, and what it never says."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.execution import execute, run_events
from core.runs.logs import JsonFormatter, log, set_up_logs
from core.runs.record import RunRecord
from tests.core.conftest import MakeRun

ROOT = Path(__file__).resolve().parents[3]
SECRET = "what a visitor typed"


def as_json(name: str, message: str, *values: object, error: Exception | None = None) -> Any:
    trace = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, values, trace)
    return json.loads(JsonFormatter().format(record))


def test_messages_of_other_programs_come_without_their_values() -> None:
    line = as_json("streamlit.somewhere", "no widget %s here", SECRET)
    assert line["message"] == "no widget %s here"
    assert (line["event"], line["level"], line["from"]) == (
        "message",
        "error",
        "streamlit.somewhere",
    )
    assert line["time"].endswith("Z")


def test_an_exception_is_told_by_its_type_and_place_alone() -> None:
    with pytest.raises(ValueError, match=SECRET) as caught:
        int(SECRET)
    line = as_json("streamlit.error_util", "Uncaught app execution", error=caught.value)
    assert (line["event"], line["error"]) == ("error", "ValueError")
    assert line["where"][-1].startswith("tests/core/runs/test_logs.py:")
    assert SECRET not in json.dumps(line)


@pytest.mark.usefixtures("one_thread", "few_test_digits")
def test_the_life_of_a_run(make_run: MakeRun, caplog: pytest.LogCaptureFixture) -> None:
    record = make_run(epochs=1)
    with caplog.at_level(logging.INFO, log.name):
        execute(str(record.folder), record.state.submitted_at)
    lines = [json.loads(JsonFormatter().format(entry)) for entry in caplog.records]
    assert [(line["event"], line["run"], line["kind"]) for line in lines] == [
        ("started", record.id, "train"),
        ("done", record.id, "train"),
    ]
    assert lines[-1]["seconds"] == record.state.seconds
    assert [entry.getMessage().split(",")[0] for entry in caplog.records] == [
        f"run {record.id} started",
        f"run {record.id} done",
    ]


@pytest.mark.usefixtures("one_thread", "few_test_digits")
def test_a_run_that_fails_says_so_once_and_why(
    make_run: MakeRun, caplog: pytest.LogCaptureFixture
) -> None:
    record = make_run()
    (record.folder / "run.json").write_text(
        json.dumps({"kind": SECRET, "title": SECRET, "settings": {}})
    )
    record = RunRecord(record.folder)
    for _ in run_events(record):
        pass
    failed = [entry for entry in caplog.records if entry.levelno >= logging.WARNING]
    assert len(failed) == 1
    line = json.loads(JsonFormatter().format(failed[0]))
    assert (line["event"], line["run"], line["reason"]) == ("failed", record.id, "RunError")


def test_a_style_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LATENT_LAB_LOGS", "xml")
    with pytest.raises(ValueError, match=r"LATENT_LAB_LOGS \(=xml\) must be text or json"):
        set_up_logs()


def test_every_line_of_a_process_is_json() -> None:
    """In a process of its own, since it changes how all programs log."""
    program = f"""
import logging, warnings
early = logging.getLogger("early")
early.addHandler(logging.StreamHandler())
early.propagate = False
from core.runs.logs import log, set_up_logs
set_up_logs()
late = logging.getLogger("late")
late.addHandler(logging.StreamHandler())
set_up_logs()
log.info("one")
early.error("two\\nlines")
try:
    int("{SECRET}")
except ValueError:
    logging.getLogger("asyncio").exception("three")
warnings.warn("four")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={"PATH": "", "LATENT_LAB_LOGS": "json"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["message"] for line in lines[:3]] == ["one", "two\nlines", "three"]
    assert lines[3]["from"] == "py.warnings"
    assert "UserWarning: four" in lines[3]["message"]
    assert SECRET not in done.stderr
