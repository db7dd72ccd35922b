"""Writing a run's folder, and going back in it."""

from __future__ import annotations

import json
import math
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch
from torch import Tensor

from core import files
from core.execution import run_events
from core.runs.events import Event
from core.runs.record import RunError, RunRecord
from core.training.record import checkpoint_epochs, read_first_epoch_previews, read_previews
from tests.core.conftest import MakeRun, content

pytestmark = pytest.mark.usefixtures("one_thread", "few_test_digits")


@dataclass(frozen=True, kw_only=True)
class Said(Event):
    """An event that says what a test wants it to."""

    said: Mapping[str, Any]
    added: Mapping[str, bytes]
    checkpoint_tensors: Mapping[str, Tensor] | None = None

    def row(self) -> dict[str, Any]:
        return dict(self.said)

    def appended(self) -> Mapping[str, bytes]:
        return self.added

    def checkpoint(self) -> Mapping[str, Tensor] | None:
        return self.checkpoint_tensors


def say(row: dict[str, Any], *, checkpoint: int | None = None, **added: bytes) -> Said:
    tensors = None if checkpoint is None else {"at": torch.tensor(checkpoint)}
    files = {f"{n}.u8": content for n, content in added.items()}
    return Said(progress=0.5, said=row, added=files, checkpoint_tensors=tensors)


def test_numbers_that_json_does_not_have_become_null(make_run: MakeRun) -> None:
    record = make_run()
    record.append(say({"event": "step", "train": {"loss": math.nan, "other": math.inf}}))
    assert record.history() == ({"event": "step", "train": {"loss": None, "other": None}},)


def test_a_row_speaks_of_nothing_that_is_not_there_yet(
    make_run: MakeRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make_run()
    seen: list[tuple[int, bool, int]] = []
    append_bytes = files.append_bytes

    def spy(path: Path, content: bytes) -> None:
        append_bytes(path, content)
        epoch = [row["epoch"] for row in record.history() if row["event"] == "epoch"][-1:]
        for n in epoch:
            seen.append((n, n in checkpoint_epochs(record), len(read_previews(record))))

    monkeypatch.setattr("core.runs.record.append_bytes", spy)
    for _ in run_events(record):
        pass
    assert {n for n, _, _ in seen} == {0, 1, 2, 3}
    assert all(kept and previews >= n + 1 for n, kept, previews in seen)


def test_rewinding_cuts_back_to_the_last_point_that_can_be_continued(make_run: MakeRun) -> None:
    record = make_run()
    assert not record.append(say({"event": "tick", "n": 0}, preview=b"a"))
    assert record.append(say({"event": "tick", "n": 1}, preview=b"b", checkpoint=1))
    record.append(say({"event": "tick", "n": 2}, preview=b"c"))
    with (record.folder / "history.jsonl").open("ab") as file:
        file.write(b'{"event": "tick", "n": 3, "tor')
    assert len(record.history()) == 3
    torn = record.folder / ".checkpoint.safetensors.12345678"  # of a server that was killed
    torn.write_bytes(b"half")
    tensors = record.rewind_to_checkpoint()
    assert not torn.exists()
    assert tensors is not None
    assert tensors["at"].item() == 1
    assert record.history() == ({"event": "tick", "n": 0}, {"event": "tick", "n": 1})
    assert record.read_bytes("preview.u8") == b"ab"
    record.append(say({"event": "tick", "n": 20}))
    assert record.history()[-1] == {"event": "tick", "n": 20}


def test_rewinding_into_the_first_epoch_takes_its_previews_away(make_run: MakeRun) -> None:
    record = make_run()
    for _ in run_events(record):
        if len(read_first_epoch_previews(record)) == 3:
            break
    assert [row["event"] for row in record.history()].count("step") == 5
    assert record.rewind_to_checkpoint() is not None
    assert len(read_first_epoch_previews(record)) == 0
    assert [row["epoch"] for row in record.history()] == [0]


def test_without_such_a_point_a_run_starts_anew(make_run: MakeRun) -> None:
    record = make_run()
    record.append(say({"event": "tick", "n": 0}, preview=b"a"))
    assert record.rewind_to_checkpoint() is None
    assert record.history() == ()
    assert record.read_bytes("preview.u8") == b""


def test_a_checkpoint_that_does_not_fit_is_refused_and_changes_nothing(done: RunRecord) -> None:
    before = content(done)
    preview = (done.folder / "preview.u8").read_bytes()
    os.truncate(done.folder / "preview.u8", 100)
    with pytest.raises(RunError, match=r"its checkpoint\.safetensors does not fit its other files"):
        done.rewind_to_checkpoint()
    (done.folder / "preview.u8").write_bytes(preview)
    assert content(done) == before

    shutil.copy(done.folder / "epoch-003.safetensors", done.folder / "checkpoint.safetensors")
    with pytest.raises(RunError, match=r"its checkpoint\.safetensors does not fit its other files"):
        done.rewind_to_checkpoint()

    (done.folder / "checkpoint.safetensors").write_bytes(b"no tensors")
    with pytest.raises(RunError, match=r"checkpoint\.safetensors of run copy is damaged"):
        done.rewind_to_checkpoint()
    assert content(done) == before


def test_a_checkpoint_never_touches_files_outside_the_folder(
    done: RunRecord, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"not yours")
    lengths = json.dumps({"../outside": 0, str(outside): 0})
    safetensors.torch.save_file(
        {"epoch": torch.tensor(1)}, done.folder / "checkpoint.safetensors", {"lengths": lengths}
    )
    with pytest.raises(RunError, match="does not fit"):
        done.rewind_to_checkpoint()
    assert outside.read_bytes() == b"not yours"
