"""What a training's folder is asked for, read from a run of the gallery."""

from __future__ import annotations

from core.runs.store import RunStore
from core.training.record import epoch_rows


def test_the_epochs_of_a_history_are_told_from_its_steps() -> None:
    record = RunStore().get("compression")
    rows = epoch_rows(record)
    assert [row["epoch"] for row in rows] == list(range(51))
    assert len(record.history()) > len(rows)
    assert all(row["validation"] for row in rows)
