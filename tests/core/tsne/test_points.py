"""What a t-SNE run maps."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.data_sets import MNIST
from core.runs.record import RunError, RunRecord
from core.runs.store import RunStore
from core.tsne.points import pinned_source


def test_a_run_is_a_source_as_it_is_now(done: RunRecord, tmp_path: Path) -> None:
    store = RunStore(tmp_path, tmp_path / "gallery")
    assert pinned_source(done.id, MNIST, store) == f"{done.id}@3"
    for source in ("pixels", "noise", f"{done.id}@2"):
        assert pinned_source(source, MNIST, store) == source
    with pytest.raises(
        RunError, match=r"epoch 4 of run copy is not saved\. Choose one of 0, 1, 2, 3"
    ):
        pinned_source(f"{done.id}@4", MNIST, store)
    for weights in done.folder.glob("epoch-*"):
        weights.unlink()
    with pytest.raises(RunError, match=rf"source \(={done.id}\) .* no saved weights"):
        pinned_source(done.id, MNIST, store)
    with pytest.raises(RunError, match="There is no run gone here"):
        pinned_source("gone", MNIST, store)
