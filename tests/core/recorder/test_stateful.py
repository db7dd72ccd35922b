"""A reader beside a writer on one folder: whatever either does, the reader sees whole epochs."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from torch import nn

from core.export import write_zip
from core.recorder import Recording, record
from core.recorder.reading import preview_of, read_epochs
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, read_weights

NUMBERS = strategies.floats(allow_nan=True, allow_infinity=True)


class Counting(nn.Module):
    """A model whose only weight is the number of the epoch."""

    epoch: torch.Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("epoch", torch.zeros(()))

    def encode(self, x: torch.Tensor) -> torch.Tensor:
        return x * 0 + self.epoch / 255

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        return z


class ReaderAndWriter(RuleBasedStateMachine):
    """Epochs come with or without pictures; readers are old, new, or of a copy, a list, a zip."""

    @initialize()
    def begin(self) -> None:
        self.runs = Path(tempfile.mkdtemp())
        self.model = Counting()
        self.recording: Recording = record(
            "stateful", model=self.model, folder=self.runs
        ).__enter__()
        self.reader = RunRecord(self.recording.folder)
        self.losses: list[float] = []
        self.pictured: list[int] = []
        self.ended = False

    @precondition(lambda self: not self.ended)
    @rule(loss=NUMBERS, pictures=strategies.booleans())
    def epoch(self, loss: float, pictures: bool) -> None:
        self.losses.append(loss)
        self.model.epoch.fill_(len(self.losses))
        model = self.model
        halves = {"encode": model.encode, "decode": model.decode} if pictures else {}
        self.recording.epoch(train={"loss": loss}, **halves)
        if pictures:
            self.pictured.append(len(self.losses))

    @precondition(lambda self: not self.ended)
    @rule(wrong=strategies.sampled_from(["", None, [1, 2], {"a": "b"}]))
    def wrong_epoch(self, wrong: object) -> None:
        try:
            self.recording.epoch(train=wrong)  # type: ignore[arg-type]
        except ValueError:
            return
        raise AssertionError("a wrong argument was taken")

    @precondition(lambda self: not self.ended)
    @rule(fails=strategies.booleans())
    def end(self, fails: bool) -> None:
        error = ValueError("the end") if fails else None
        self.recording.__exit__(type(error) if error else None, error, None)
        self.ended = True
        assert RunRecord(self.recording.folder).state.status == ("failed" if fails else "done")

    @rule()
    def another_reader(self) -> None:
        self.reader = RunRecord(self.recording.folder)

    @precondition(lambda self: not self.ended)
    @rule()
    def torn_row(self) -> None:
        """A reader comes while a row is being written: what is torn is not there yet."""
        copy = self.runs / "torn"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.recording.folder, copy)
        with (copy / "history.jsonl").open("ab") as file:
            file.write(b'{"event":"epoch","epo')
        self._check(RunRecord(copy))
        shutil.rmtree(copy)

    @rule()
    def listed_and_zipped(self) -> None:
        store = RunStore(self.runs, self.runs / "none")
        assert [run.id for run in store.list("recorded-model")] == [self.recording.folder.name]
        target = self.runs / ".out.zip"
        write_zip(RunRecord(self.recording.folder), target)
        with zipfile.ZipFile(target) as archive:
            assert archive.testzip() is None

    @invariant()
    def all_is_there(self) -> None:
        self._check(self.reader)

    def _check(self, reader: RunRecord) -> None:
        rows = read_epochs(reader)
        assert [row.epoch for row in rows] == list(range(1, len(self.losses) + 1))
        for row, loss in zip(rows, self.losses, strict=True):
            expected = loss if np.isfinite(loss) else np.nan
            np.testing.assert_equal(row.train, {"loss": expected})
        found = preview_of(reader, rows)
        assert (found[0] if found else None) == (self.pictured[-1] if self.pictured else None)
        if found:
            assert (found[1][1] == min(found[0], 255)).all()
        kept = checkpoint_epochs(reader)
        assert kept[-1] == len(self.losses)
        for epoch in kept[-2:]:
            assert read_weights(reader, epoch)["epoch"] == epoch

    def teardown(self) -> None:
        if hasattr(self, "runs"):
            if not self.ended:
                self.recording.__exit__(None, None, None)
            shutil.rmtree(self.runs, ignore_errors=True)


ReaderAndWriter.TestCase.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestReaderAndWriter = ReaderAndWriter.TestCase
