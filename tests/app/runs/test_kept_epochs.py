"""Runs of which too few epochs are saved: a sentence that fits how the run stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.runs.kept_epochs import too_few_epochs
from core.execution import run_events
from core.runs.state import Status
from core.runs.store import RunStore
from core.training.config import training_settings
from tests.app.conftest import OpenPage, copied, texts


def keep(runs: Path, *epochs: int) -> None:
    """Removes the weights of all other epochs of the run "mine"."""
    for path in (runs / "mine").glob("epoch-*"):
        if path.name not in {f"epoch-{epoch:03d}.safetensors" for epoch in epochs}:
            path.unlink()


def cut(runs: Path, epochs: int) -> None:
    """Cuts the history of the run "mine" off after so many epochs."""
    path = runs / "mine" / "history.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    ends = [place for place, line in enumerate(lines) if '"event":"epoch"' in line]
    path.write_text("".join(lines[: ends[epochs] + 1] if epochs >= 0 else []))


GONE = "saved weights of this run are gone from its folder. Choose another run, or train it again."


@pytest.mark.parametrize(
    ("status", "kept", "ran", "said"),
    [
        ("done", (), 50, f"The {GONE}"),
        ("done", (0,), 50, f"All other {GONE}"),
        ("failed", (), 50, f"The {GONE}"),
        ("paused", (0,), 50, f"All other {GONE}"),
        (
            "failed",
            (),
            -1,
            "This run has no saved epoch, since it failed: The disk is full. Choose another run, "
            "or start a new one.",
        ),
        (
            "failed",
            (0,),
            0,
            "Only epoch 0 of this run is saved, since it failed: The disk is full.",
        ),
        (
            "paused",
            (0,),
            0,
            "Only epoch 0 of this run is saved; it is paused. Choose Train and watch and press "
            "Resume to get the next one, or choose another run.",
        ),
        (
            "cancelled",
            (),
            -1,
            "This run has no saved epoch; it is cancelled. Choose Train and watch and press Resume "
            "to get the first one, or choose another run.",
        ),
    ],
)
def test_the_time_machine_says_why_there_is_nothing_to_show(
    status: Status,
    kept: tuple[int, ...],
    ran: int,
    said: str,
    open_page: OpenPage,
    runs: Path,
) -> None:
    copied(runs, "compression", "mine")
    keep(runs, *kept)
    cut(runs, ran)
    error = "The disk is full." if status == "failed" else ""
    RunStore(runs).get("mine").set_state(status=status, error=error)
    app = open_page("autoencoders", run="mine", view="Time machine")
    assert not app.error
    assert said in texts(app)
    app = open_page("autoencoders", run="mine", view="Reconstruct")
    assert not app.exception
    if not kept:
        assert said in texts(app)


def test_a_run_that_waits_or_runs_has_its_epochs_later(runs: Path) -> None:
    settings = training_settings("compression", {}, {"epochs": 3, "digits": 1000})
    record = RunStore(runs).create("train", settings, title="Compression")
    assert (
        too_few_epochs(record)
        == "No epoch is saved yet. The first one appears here when it is saved."
    )
    for _ in run_events(record):
        assert record.state.status == "running"
        assert too_few_epochs(record) == (
            "One epoch is saved so far. The next one appears here when it is saved."
        )
        break
