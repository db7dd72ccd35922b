"""What a program hands over wrongly ends in a sentence, and nothing is half-written."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.recorder import record
from core.recorder.reading import read_epochs
from core.runs.record import RunRecord
from tests.support.recorded import small_net

NET = small_net()
CIRCLE: dict[str, Any] = {}
CIRCLE["self"] = CIRCLE


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "must be a text that is not empty"),
        ({"name": 5}, "must be a text that is not empty"),
        ({"name": "x" * 201}, "may have at most 200"),
        ({"model": "net"}, "must be a torch.nn.Module"),
        ({"model": None}, "pass one of the two"),
        ({"labels": [1]}, "pass one of the two"),
        ({"settings": [1]}, "must be a dict"),
        ({"settings": {"lr": math.nan}}, r"settings\['lr'\] \(=nan\) must be finite"),
        ({"settings": {"lr": np.float32("inf")}}, "must be finite"),
        ({"settings": {"net": NET}}, "which JSON does not have"),
        ({"settings": {"lr": torch.tensor(0.1)}}, r"float\(value\)"),
        ({"settings": {1: 2}}, "must be a text of 1 to 40 characters"),
        ({"settings": {"x" * 41: 2}}, "must be a text of 1 to 40 characters"),
        ({"settings": CIRCLE}, "nested too deeply"),
        ({"settings": {"x": "y" * 20_000}}, "at most 10,000"),
        ({"total": 0}, "a whole number from 1"),
        ({"total": True}, "a whole number from 1"),
        ({"data": "cats"}, "cats"),
        ({"folder": 7}, "must be the path"),
        ({"images": [1]}, "pass their labels"),
        ({"model": None, "labels": []}, "1 to 10,000 whole numbers"),
        ({"model": None, "labels": [10]}, "from 0 to 9"),
        ({"model": None, "labels": [0.5]}, "whole numbers"),
        ({"model": None, "labels": [True, False]}, "whole numbers"),
        ({"model": None, "labels": [[1], [2]]}, "whole numbers"),
        ({"model": None, "labels": "abc"}, "whole numbers"),
        ({"model": None, "labels": np.zeros(10_001, int)}, "1 to 10,000"),
        ({"model": None, "labels": [1], "images": np.zeros((2, 784))}, "1 pictures"),
        ({"model": None, "labels": [1], "images": np.zeros(784)}, "1 pictures"),
        ({"model": None, "labels": [1], "images": np.full((1, 784), 2.0)}, "from 0 to 1"),
        ({"model": None, "labels": [1], "images": np.full((1, 784), np.nan)}, "from 0 to 1"),
    ],
)
def test_a_wrong_argument_of_record_is_said(
    tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    asked: dict[str, Any] = {"name": "x", "model": NET, "folder": tmp_path / "runs", **wrong}
    with pytest.raises(ValueError, match=said):
        record(**asked)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "needs train or validation"),
        ({"train": 0.5}, "must be a dict"),
        ({"train": {"loss": "low"}}, r"train\['loss'\] \(='low'\) must be one number"),
        ({"train": {"loss": torch.zeros(2)}}, r"Tensor of shape \(2,\)"),
        ({"train": {"loss": True}}, "must be one number"),
        ({"validation": {2: 0.5}}, "must be a text"),
        ({"train": {str(n): 1 for n in range(7)}}, "at most 6"),
        ({"train": {"🙂" * 39 + str(n): 1 for n in range(4)}}, "shorten them"),
        ({"train": {"loss": 1}, "encode": NET[0]}, "pass encode and decode together"),
        ({"train": {"loss": 1}, "encode": NET[0], "decode": 3}, "must be a function"),
        ({"train": {"loss": 1}, "encode": NET[1], "decode": NET[1]}, "as 10 × 1 × 28 × 28: "),
        ({"train": {"loss": 1}, "encode": NET[0], "decode": lambda z: z}, r"the shape \(10, 4\)"),
        ({"train": {"loss": 1}, "encode": lambda x: "code", "decode": NET[1]}, "a str was"),
    ],
)
def test_a_wrong_argument_of_an_epoch_is_said(
    tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    with record("x", model=NET, folder=tmp_path) as run:
        with pytest.raises(ValueError, match=said):
            run.epoch(**wrong)
        run.epoch(train={"loss": 1})
    assert [row.epoch for row in read_epochs(RunRecord(run.folder))] == [1]
    assert NET[0].training


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"positions": [[1, 2]]}, r"the shape \(2, 2\)"),
        ({"positions": "here"}, r"the shape \(2, 2\)"),
        ({"positions": torch.zeros(2, 3)}, r"Tensor of shape \(2, 3\)"),
        ({"positions": [[1], [2, 3]]}, r"the shape \(2, 2\)"),
        ({"kl": "low"}, r"kl \(='low'\)"),
        ({"iteration": 5}, r"above that of the frame before \(=5\)"),
        ({"iteration": 1.5}, "must be a whole number"),
        ({"iteration": 10**10}, "at most 1,000,000,000"),
    ],
)
def test_a_wrong_argument_of_a_frame_is_said(
    tmp_path: Path, wrong: dict[str, Any], said: str
) -> None:
    good = np.zeros((2, 2))
    with record("x", labels=[1, 2], folder=tmp_path) as run:
        run.frame(good, iteration=5)
        with pytest.raises(ValueError, match=said):
            run.frame(**{"positions": good, **wrong})
        run.frame(good)
    rows = RunRecord(run.folder).history()
    assert [row["iteration"] for row in rows if row["event"] == "frame"] == [5, 6]


def test_a_recording_is_used_as_it_is_meant(tmp_path: Path) -> None:
    recording = record("x", model=NET, folder=tmp_path)
    with pytest.raises(ValueError, match="has not begun"):
        recording.epoch(train={"loss": 1})
    with pytest.raises(ValueError, match="has not begun"):
        _ = recording.folder
    with recording as run, pytest.raises(ValueError, match=r"or run\.epoch for"):
        run.frame([[0, 0]])
    with pytest.raises(ValueError, match="entered once"):
        recording.__enter__()
    with (
        record("x", labels=[1], folder=tmp_path) as run,
        pytest.raises(ValueError, match=r"or run\.frame for"),
    ):
        run.epoch(train={"loss": 1})


def test_losses_that_are_not_finite_are_recorded(tmp_path: Path) -> None:
    with record("x", model=NET, folder=tmp_path) as run:
        run.epoch(train={"loss": math.nan, "huge": 10**400, "fine": 1})
    (row,) = read_epochs(RunRecord(run.folder))
    assert math.isnan(row.train["loss"])
    assert math.isnan(row.train["huge"])
    assert row.train["fine"] == 1.0
