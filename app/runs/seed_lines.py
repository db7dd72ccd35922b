"""The curves of runs that differ in their seeds alone: mean, range, and each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from app.components.chart import Line
from app.runs.settings_text import lower_first
from models import Term


def seed_lines(
    name: str,
    curves: Sequence[tuple[str, Mapping[int, float | None]]],
    about: Term,
    color: str,
) -> list[Line]:
    """Return the mean of several runs with their range, and each run; of one run only itself.

    Args:
        name: What the runs have in common.
        curves: For each run what tells it from the others, such as "seed 0", and its numbers by
            epoch; one that was not finite is None.
        about: What the numbers are.
        color: The colour of all lines.
    """
    finite = [
        (own, {x: float("nan") if y is None else y for x, y in curve.items()})
        for own, curve in curves
    ]
    said = f"{lower_first(about.label)} {{y}} ({about.unit})."
    if len(finite) == 1:
        ((_, curve),) = finite
        x, y = [*curve], [*curve.values()]
        return [Line(name=name, x=x, y=y, color=color, sentence=f"{name}: {said}")]
    # Where not all have come so far, the mean of the others would jump.
    epochs = [epoch for epoch in finite[0][1] if all(epoch in curve for _, curve in finite)]
    every = np.array([[curve[epoch] for epoch in epochs] for _, curve in finite], np.float64)
    every = every.reshape(len(finite), len(epochs))
    whole = Line(
        name=name,
        x=epochs,
        y=every.mean(axis=0),
        low=every.min(axis=0),
        high=every.max(axis=0),
        color=color,
        sentence=f"{name}, mean of {len(finite)} seeds: {said}",
    )
    inside = [
        Line(
            name=name,  # in the legend the mean stands for all
            x=[*curve],
            y=[*curve.values()],
            color=color,
            pale=True,
            sentence=f"{name}, {own}: {said}",
        )
        for own, curve in finite
    ]
    return [whole, *inside]
