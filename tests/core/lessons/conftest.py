"""Finished trainings for the tests of reveals, made once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from core.execution import execute
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.config import sort_values, training_settings

GALLERY = Path(__file__).resolve().parents[3] / "checkpoints" / "gallery"
#: A training of a second or two, which has learned enough for the claims of most lessons.
SMALL = {"epochs": 3, "digits": 10_000, "batch_size": 64}

Trained = Callable[..., RunRecord]


def gallery(name: str) -> RunRecord:
    return RunRecord(GALLERY / name)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """`trained("denoising", seed=1)`: a finished small training, the same one for all tests."""
    store = RunStore(tmp_path_factory.mktemp("lessons"), GALLERY, quota=10**9)
    made: dict[str, RunRecord] = {}

    def train(model: str = "compression", **values: object) -> RunRecord:
        settings = training_settings(model, *sort_values(model, {**SMALL, **values}))
        key = repr(settings)
        if key not in made:
            record = store.create("train", settings, title=model)
            execute(str(record.folder), record.state.submitted_at)
            assert record.state.status == "done", record.state.error
            made[key] = record
        return made[key]

    return train
