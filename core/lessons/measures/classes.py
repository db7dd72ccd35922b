"""The error of each class of digits, and what ink has to do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from core.analysis.latent import reconstruction_errors
from core.data.data_sets import CLASSES
from core.lessons.measures.registry import Measure, Measured, levels
from core.lessons.measures.subject import digits_of, model_of, outputs
from core.runs.record import RunRecord


def _error_by_class(runs: Sequence[RunRecord], _arguments: Mapping[str, Any]) -> Measured:
    (run,) = runs
    model, digits = model_of(run), digits_of(run)
    errors = reconstruction_errors(model, digits.pixels).double()
    ink = digits.pixels.double().mean(1)
    of_class = [digits.labels == label for label in range(CLASSES)]
    means = torch.stack([errors[members].mean() for members in of_class]).numpy()
    # Within a class, so that it is not the classes that differ in both.
    together = [
        float(torch.corrcoef(torch.stack([errors[members], ink[members]]))[0, 1])
        for members in of_class
    ]
    per_ink = errors / digits.pixels.double().square().mean(1)
    order = np.argsort(means)
    shown = torch.cat([errors.argsort()[:5], errors.argsort(descending=True)[:5]])
    return Measured(
        numbers={
            "easiest": float(order[0]),
            "hardest": float(order[-1]),
            "second_hardest": float(order[-2]),
            "easiest_error": float(means[order[0]]),
            "hardest_error": float(means[order[-1]]),
            "times": float(means[order[-1]] / means[order[0]]),
            "ink_correlation": float(np.mean(together)),
        },
        series={
            "errors": means,
            "errors_in_order": means[order],
            "classes_in_order": order.astype(np.float64),
            "errors_per_ink": np.asarray([float(per_ink[m].mean()) for m in of_class]),
        },
        pictures={
            "extreme_inputs": levels(digits.pixels[shown]),
            "extreme_outputs": levels(outputs(model, digits.pixels[shown])),
        },
    )


ERROR_BY_CLASS = Measure(
    about="The mean test error of each class; the correlation of error and ink within a class; and "
    "the five digits with the smallest and the five with the largest error.",
    runs=(1, 1),
    compute=_error_by_class,
    numbers=(
        "easiest",
        "hardest",
        "second_hardest",
        "easiest_error",
        "hardest_error",
        "times",
        "ink_correlation",
    ),
    series=("errors", "errors_in_order", "classes_in_order", "errors_per_ink"),
    pictures=("extreme_inputs", "extreme_outputs"),
)
