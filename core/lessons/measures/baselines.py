"""Errors of answers that need no model, on the test digits of MNIST."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import torch

from core.data.digits import load_digits
from core.lessons.measures.registry import Measure, Measured, levels
from core.lessons.measures.subject import mean_error
from core.runs.record import RunRecord


def _baselines(_runs: Sequence[RunRecord], _arguments: Mapping[str, Any]) -> Measured:
    return _computed()


@cache
def _computed() -> Measured:
    test, train = load_digits("test").pixels, load_digits("train").pixels
    average = train.mean(0, keepdim=True)
    return Measured(
        numbers={
            "black_error": mean_error(torch.zeros(1, test.shape[1]), test),
            "grey_error": mean_error(torch.full((1, test.shape[1]), 0.5), test),
            "average_error": mean_error(average, test),
        },
        pictures={"average": levels(average)},
    )


BASELINES = Measure(
    about="The test error of answering black, grey (0.5) or the average training digit each time.",
    runs=(0, 0),
    compute=_baselines,
    numbers=("black_error", "grey_error", "average_error"),
    pictures=("average",),
)
