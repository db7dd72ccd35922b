"""Two runs that differ in the seed alone: what is the same in their codes, and what is luck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.analysis.latent import encode, reconstruction_errors
from core.analysis.neighbours import nearest_others
from core.lessons.measures.registry import Argument, Measure, Measured, levels
from core.lessons.measures.subject import digits_of, model_of
from core.runs.record import RunRecord

_NEIGHBOURS = 5


def _two_seeds(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    digits = digits_of(runs[0])
    models = [model_of(run) for run in runs]
    errors = [float(reconstruction_errors(m, digits.pixels).double().mean()) for m in models]
    first, second = (encode(model, digits.pixels).double() for model in models)
    between = _correlations(first, second)
    some = arguments["digits"]
    near = [nearest_others(codes[:some].float(), _NEIGHBOURS).indices for codes in (first, second)]
    shared = (near[0][:, :, None] == near[1][:, None, :]).any(2).double().mean()
    shown = int((digits.labels[:some] == arguments["of_class"]).nonzero()[0, 0])
    return Measured(
        numbers={
            "first_error": errors[0],
            "second_error": errors[1],
            "apart": abs(errors[0] - errors[1]) / min(errors),
            "same_unit": float(between.diagonal().mean()),
            "best_partner": float(between.max(1).values.mean()),
            "shared_neighbours": float(shared),
        },
        series={"first_code": _shown(first[shown]), "second_code": _shown(second[shown])},
        pictures={
            "digit": levels(digits.pixels[shown : shown + 1]),
            "first_neighbours": levels(digits.pixels[near[0][shown]]),
            "second_neighbours": levels(digits.pixels[near[1][shown]]),
        },
    )


def _correlations(first: Tensor, second: Tensor) -> Tensor:
    """Return |correlation| of each unit of one code with each of another: (units, units).

    The codes are (N, units), of the same digits. A unit that does not vary has 0.
    """
    scaled: list[Tensor] = []
    for codes in (first, second):
        centred = codes - codes.mean(0)
        norms = centred.norm(dim=0)
        scaled.append(torch.where(norms > 0, centred / norms.clamp_min(1e-12), 0.0))
    return (scaled[0].T @ scaled[1]).abs()


def _shown(code: Tensor) -> np.ndarray[Any, np.dtype[np.float64]]:
    return code.double().numpy()


TWO_SEEDS = Measure(
    about="How far the codes of two runs with different seeds agree: the mean |correlation| of "
    "unit j of one with unit j of the other, and with its best partner, over the test digits; and "
    f"the share of the {_NEIGHBOURS} nearest neighbours that are the same in both codes.",
    runs=(2, 2),
    compute=_two_seeds,
    arguments={
        "digits": Argument(default=2000, low=100, high=5000, whole=True),
        "of_class": Argument(default=7, low=0, high=9, whole=True),
    },
    numbers=(
        "first_error",
        "second_error",
        "apart",
        "same_unit",
        "best_partner",
        "shared_neighbours",
    ),
    series=("first_code", "second_code"),
    pictures=("digit", "first_neighbours", "second_neighbours"),
)
