"""What a denoiser makes of damage that it has not been trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch

from core.data.noise import missing_block, salt_and_pepper
from core.lessons.measures.registry import Argument, Measure, Measured, levels
from core.lessons.measures.subject import digits_of, mean_error, model_of, outputs
from core.runs.record import RunRecord
from core.training.run import preview_indices

_KINDS = {"salt": salt_and_pepper, "block": missing_block}


def _damage(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    (run,) = runs
    model, digits = model_of(run), digits_of(run, arguments["digits"])
    shown = preview_indices(digits)
    numbers: dict[str, float] = {}
    pictures = {"clean": levels(digits.pixels[shown])}
    for name, spoil in _KINDS.items():
        given = spoil(digits.pixels, arguments["share"], torch.Generator().manual_seed(0))
        rebuilt = outputs(model, given)
        numbers[f"{name}_before"] = mean_error(given, digits.pixels)
        numbers[f"{name}_after"] = mean_error(rebuilt, digits.pixels)
        numbers[f"{name}_times"] = numbers[f"{name}_after"] / numbers[f"{name}_before"]
        pictures[name], pictures[f"{name}_outputs"] = levels(given[shown]), levels(rebuilt[shown])
    return Measured(numbers=numbers, pictures=pictures)


DAMAGE = Measure(
    about="The error of damaged digits before and after a model: salt and pepper, and a missing "
    "block, each of a share of the pixels.",
    runs=(1, 1),
    compute=_damage,
    arguments={
        "share": Argument(default=0.1, low=0.01, high=0.5),
        "digits": Argument(default=1000, low=100, high=10_000, whole=True),
    },
    numbers=tuple(f"{name}_{when}" for name in _KINDS for when in ("before", "after", "times")),
    pictures=("clean", *(part for name in _KINDS for part in (name, f"{name}_outputs"))),
)
