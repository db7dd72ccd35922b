"""Several runs that differ in one setting: their errors, and what their pictures look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from core.analysis.neighbours import nearest_neighbour_accuracy
from core.data.digits import load_digits
from core.lessons.measures.registry import Argument, Measure, Measured, levels
from core.lessons.measures.spread import spread
from core.lessons.measures.subject import digits_of, mean_error, model_of, outputs
from core.runs.record import RunRecord
from core.training.record import read_configs
from core.training.run import preview_indices

#: The most runs that can be compared.
MAX_RUNS = 6


def _side_by_side(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    errors: list[float] = []
    spreads: list[float] = []
    brightness: list[float] = []
    read: list[float] = []
    pictures = {f"outputs_{n + 1}": np.zeros((10, 784), np.uint8) for n in range(MAX_RUNS)}
    shown = preview_indices(digits_of(runs[0]))
    for n, run in enumerate(runs):
        model, digits = model_of(run), digits_of(run)
        rebuilt = outputs(model, digits.pixels)
        errors.append(mean_error(rebuilt, digits.pixels))
        spreads.append(spread(rebuilt[:1000]))
        brightness.append(float(rebuilt.double().mean()))
        if arguments["read"]:
            some = slice(0, arguments["read"])
            train = load_digits("train", read_configs(run)[2].data)
            read.append(
                nearest_neighbour_accuracy(
                    train.pixels, train.labels, rebuilt[some], digits.labels[some]
                )
            )
        pictures[f"outputs_{n + 1}"] = levels(rebuilt[shown])
    values = np.asarray(errors)
    return Measured(
        numbers={"best": float(values.argmin() + 1), "worst": float(values.argmax() + 1)},
        series={
            "errors": values,
            "divided_by": values[:-1] / values[1:],
            "spreads": np.asarray(spreads),
            "brightness": np.asarray(brightness),
            "read": np.asarray(read),
        },
        pictures={"inputs": levels(torch.index_select(digits_of(runs[0]).pixels, 0, shown))}
        | pictures,
    )


SIDE_BY_SIDE = Measure(
    about="The test errors of several runs in their order, by what each divides the one before it, "
    "how much the outputs of a run differ from each other, and, for the first `read` digits, the "
    "share whose class the 5 nearest training digits read correctly from the output.",
    runs=(2, MAX_RUNS),
    compute=_side_by_side,
    arguments={"read": Argument(default=0, low=0, high=2000, whole=True)},
    numbers=("best", "worst"),
    series=("errors", "divided_by", "spreads", "brightness", "read"),
    pictures=("inputs", *(f"outputs_{n + 1}" for n in range(MAX_RUNS))),
)
