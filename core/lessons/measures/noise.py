"""What noise does to digits, and what a model makes of noisy ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.data.digits import load_digits
from core.data.noise import gaussian
from core.lessons.measures.regions import ErrorByRegion, error_by_region, regions_of
from core.lessons.measures.registry import Argument, Measure, Measured, levels
from core.lessons.measures.subject import digits_of, mean_error, model_of, outputs
from core.runs.record import RunRecord
from core.training.run import preview_indices

_SEED = 0
_BINS = 40
#: The strengths that noise may have.
_STRENGTH = Argument(default=0.2, low=0.0, high=1.0)
_DIGITS = Argument(default=2000, low=100, high=10_000, whole=True)


def noisy(pixels: Tensor, strength: float) -> Tensor:
    """Return digits (N, 784) with Gaussian noise, cut to 0..1; the same noise at every call."""
    return gaussian(pixels, strength, torch.Generator().manual_seed(_SEED))


def _size_of_noise(_runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    pixels, strength = load_digits("test").pixels, arguments["strength"]
    noise = strength * torch.randn(pixels.shape, generator=torch.Generator().manual_seed(_SEED))
    cut = (pixels + noise).clamp(0, 1)
    black = pixels == 0
    edges = np.linspace(-3 * strength - 1e-3, 3 * strength + 1e-3, _BINS + 1)
    before = np.histogram(noise[black].numpy(), edges)[0] / int(black.sum())
    after = np.histogram(cut[black].numpy(), edges)[0] / int(black.sum())
    shown = preview_indices(load_digits("test"))
    return Measured(
        numbers={
            "error": mean_error(cut, pixels),
            "uncut_error": float(noise.double().square().mean()),
            "black": float(black.double().mean()),
            "brightness": float(pixels.double().mean()),
            "noisy_brightness": float(cut.double().mean()),
        },
        series={
            "levels": (edges[:-1] + edges[1:]) / 2,
            "before": 100 * before,
            "after": 100 * after,
        },
        pictures={"clean": levels(pixels[shown]), "noisy": levels(cut[shown])},
    )


SIZE_OF_NOISE = Measure(
    about="The error that Gaussian noise makes on the test digits, with and without the cut to "
    "0..1, and how a black pixel is distributed (in percent) before and after the cut.",
    runs=(0, 0),
    compute=_size_of_noise,
    arguments={"strength": _STRENGTH},
    numbers=("error", "uncut_error", "black", "brightness", "noisy_brightness"),
    series=("levels", "before", "after"),
    pictures=("clean", "noisy"),
)


def _noise_through_model(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    (run,) = runs
    digits = digits_of(run, arguments["digits"])
    given = noisy(digits.pixels, arguments["strength"])
    rebuilt = outputs(model_of(run), given)
    regions = regions_of(digits.pixels)
    before: ErrorByRegion = error_by_region(given, digits.pixels, regions)
    after: ErrorByRegion = error_by_region(rebuilt, digits.pixels, regions)
    shown = preview_indices(digits)
    return Measured(
        numbers={
            "no_model": before.all,
            "error": after.all,
            **{f"no_model_{name}": value for name, value in before.named().items()},
            **{f"error_{name}": value for name, value in after.named().items()},
            **{
                f"gain_{name}": value / max(after.named()[name], 1e-9)
                for name, value in before.named().items()
            },
        },
        series={
            "no_model_by_region": np.asarray(list(before.named().values())),
            "error_by_region": np.asarray(list(after.named().values())),
        },
        pictures={
            "clean": levels(digits.pixels[shown]),
            "noisy": levels(given[shown]),
            "outputs": levels(rebuilt[shown]),
            "regions": levels(regions.double().mul(0.5)[shown]),
        },
    )


NOISE_THROUGH_MODEL = Measure(
    about="The error of noisy digits against the clean ones before and after a model, in all "
    "pixels and in three regions: on the ink, within 2 pixels of it, and far from it.",
    runs=(1, 1),
    compute=_noise_through_model,
    arguments={"strength": _STRENGTH, "digits": _DIGITS},
    numbers=(
        "no_model",
        "error",
        *(f"{what}_{name}" for what in ("no_model", "error", "gain")
          for name in ("ink", "near", "far")),
    ),
    series=("no_model_by_region", "error_by_region"),
    pictures=("clean", "noisy", "outputs", "regions"),
)  # fmt: skip


def _error_by_noise(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    strengths = arguments["strengths"]
    series: dict[str, Any] = {"strengths": np.asarray(strengths, np.float64)}
    lines: list[float] = []
    found: list[list[float]] = [[] for _ in runs]
    models = [model_of(run) for run in runs]
    digits = digits_of(runs[0], arguments["digits"])
    for strength in strengths:
        given = noisy(digits.pixels, strength)
        lines.append(mean_error(given, digits.pixels))
        for model, errors in zip(models, found, strict=True):
            errors.append(mean_error(outputs(model, given), digits.pixels))
    series["no_model"] = np.asarray(lines)
    for n in range(_MAX_RUNS):
        series[f"errors_{n + 1}"] = np.asarray(found[n] if n < len(found) else [])
    return Measured(series=series)


_MAX_RUNS = 3
ERROR_BY_NOISE = Measure(
    about="The error of up to three runs on digits with Gaussian noise of several strengths, and "
    "that of the noisy digits themselves.",
    runs=(1, _MAX_RUNS),
    compute=_error_by_noise,
    arguments={
        "strengths": Argument(default=(0.0, 0.2, 0.5), low=0.0, high=1.0, many=12),
        "digits": Argument(default=1000, low=100, high=10_000, whole=True),
    },
    series=("strengths", "no_model", *(f"errors_{n + 1}" for n in range(_MAX_RUNS))),
)
