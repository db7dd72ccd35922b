"""How much the outputs of a model differ from each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import Tensor

from core.lessons.measures.registry import Argument, Measure, Measured, levels
from core.lessons.measures.subject import digits_of, mean_error, model_of, outputs
from core.runs.record import RunRecord
from core.training.run import preview_indices


def spread(pictures: Tensor) -> float:
    """Return the standard deviation over pictures (N, 784), pixel by pixel, then its mean.

    It is 0 if all of them are the same.
    """
    return float(pictures.double().std(0).mean())


def _spread_of_outputs(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    (run,) = runs
    model = model_of(run, arguments["epoch"])
    digits = digits_of(run)
    shown = digits.pixels[preview_indices(digits)]
    some = digits.pixels[: arguments["digits"]]
    rebuilt = outputs(model, some)
    return Measured(
        numbers={
            "spread": spread(rebuilt),
            "digits_spread": spread(some),
            "brightness": float(rebuilt.double().mean()),
            "error": mean_error(outputs(model, digits.pixels), digits.pixels),
            "digits": float(len(some)),
        },
        pictures={"inputs": levels(shown), "outputs": levels(outputs(model, shown))},
    )


SPREAD_OF_OUTPUTS = Measure(
    about="How much the outputs of the first test digits differ from each other after an epoch: "
    "the standard deviation over the pictures, pixel by pixel, then the mean over the pixels.",
    runs=(1, 1),
    compute=_spread_of_outputs,
    arguments={
        "epoch": Argument(default=0, low=0, high=500, whole=True),
        "digits": Argument(default=1000, low=10, high=10_000, whole=True),
    },
    numbers=("spread", "digits_spread", "brightness", "error", "digits"),
    pictures=("inputs", "outputs"),
)
