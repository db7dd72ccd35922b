"""A run, and the routes by which a browser gets its maps."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.server import map_parts, map_versions, map_worth
from core.runs.record import RunRecord
from core.runs.store import RunStore
from tests.support.maps_lab import Lab
from tests.support.recorded_run import record_run


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunRecord:
    store = RunStore(tmp_path, tmp_path / "gallery")
    for module in (map_parts, map_versions, map_worth):
        monkeypatch.setattr(module, "store", lambda: store)
    return record_run(tmp_path / "20261127-101500-tsne-one")


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def address(record: RunRecord) -> str:
    return f"/maps/{record.id}/{map_versions.version_of(record)}"
