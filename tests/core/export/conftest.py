"""What the exported files are made of."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.runs.record import RunRecord
from tests.support.recorded_run import record_run


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    """A done run, which no test changes."""
    return record_run(tmp_path_factory.mktemp("export") / "run")


@pytest.fixture
def half(tmp_path: Path) -> RunRecord:
    """A run that is still being written."""
    return record_run(tmp_path / "half", until=12)
