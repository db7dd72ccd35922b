"""Starting a run: what is pressed twice runs once, but for each visitor."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.runs.start import start_training, start_tsne
from core.runs.record import RunRecord


@pytest.fixture
def submitted(runs: Path, monkeypatch: pytest.MonkeyPatch) -> list[RunRecord]:
    """The runs that were given to the queue, which computes none of them."""
    given: list[RunRecord] = []
    queue = SimpleNamespace(check_room=lambda _: None, submit=given.append)
    monkeypatch.setattr("app.runs.start.queue", lambda: queue)
    return given


def test_two_visitors_with_the_same_settings_get_a_run_each(
    submitted: list[RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[RunRecord] = []
    for who in ("one", "other", "one"):
        monkeypatch.setattr("app.runs.start.visitor", lambda who=who: who)
        runs.append(start_training("compression", {}, {"epochs": 1}))
    assert [run.request.visitor for run in submitted] == ["one", "other"]
    assert [run.id for run in runs] == [submitted[0].id, submitted[1].id, submitted[0].id]


def test_other_settings_of_one_visitor_are_another_run(
    submitted: list[RunRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.runs.start.visitor", lambda: "one")
    for seed in (0, 1, 0):
        start_tsne({"digits": 100, "seed": seed})
    assert [run.request.settings["config"]["seed"] for run in submitted] == [0, 1]
