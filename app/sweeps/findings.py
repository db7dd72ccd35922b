"""Say in a few sentences what a sweep has shown, from the numbers of its runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.runs.settings_text import lower_first, value_in_words
from app.server.yardsticks import Yardsticks
from app.ui.numbers import with_minus
from core.sweeps.results import Spread, by_value, spread_of
from core.sweeps.sweep import SweepRun
from models import Hyperparameter, Term


def findings(
    runs: Sequence[SweepRun],
    rule: Hyperparameter | None,
    term: str,
    about: Term,
    yardsticks: Yardsticks | None,
) -> str:
    """Return what the finished runs of a sweep show: the best value, luck, and PCA.

    Only runs that are done count: the others have had fewer epochs.
    """
    done = [run for run in runs if run.state.status == "done"]
    if not done:
        return "The result appears here when the first run is finished."
    measured = {
        value: spread
        for value, group in by_value(done).items()
        if (spread := spread_of([run.error(term) for run in group])) is not None
    }
    if not measured:
        return "No finished run has a finite result: all have diverged."
    name = lower_first(about.label)
    # Of a value alone, and of seeds alone, there is nothing to compare.
    if rule is None or len(measured) == 1:
        (value, spread), *_ = measured.items()
        where = f" at {lower_first(rule.label)} {value_in_words(rule, value)}" if rule else ""
        parts = [_of_one(spread, where, name, about)]
    else:
        parts = _of_several(measured, rule, name, about)
        if yardsticks is not None:
            parts.append(_beside_pca(measured, yardsticks))
    lost = len(done) - sum(spread.count for spread in measured.values())
    if lost:
        parts.append(f"{lost} of {len(done)} finished runs have diverged and do not count.")
    if len(done) < len(runs):
        parts.insert(0, f"So far, with {len(done)} of {len(runs)} runs:")
    return " ".join(parts)


def _of_one(spread: Spread, where: str, name: str, about: Term) -> str:
    if spread.count == 1:
        return f"One run is finished{where}: {name} {number(spread.mean)} ({about.unit})."
    return (
        f"{spread.count} runs are finished{where}: {name} {number(spread.mean)} on average "
        f"({about.unit}), from {number(spread.low)} to {number(spread.high)}."
    )


def _of_several(
    measured: Mapping[Any, Spread], rule: Hyperparameter, name: str, about: Term
) -> list[str]:
    """Return the lowest and the highest result, and whether their difference can be luck."""
    values = sorted(measured, key=lambda value: measured[value].mean)
    low, high = measured[values[0]], measured[values[-1]]
    difference = high.mean - low.mean
    parts = [
        f"The lowest {name} is {number(low.mean)} ({about.unit}) at {lower_first(rule.label)} "
        f"{value_in_words(rule, values[0])}, the highest {number(high.mean)} at "
        f"{value_in_words(rule, values[-1])}."
    ]
    if max(low.count, high.count) == 1:
        parts.append("Each of the two is a single run, so a part of the difference may be luck.")
        return parts
    luck = max(low.width, high.width)
    words = f"Runs of these two values with different seeds differ by up to {number(luck)}"
    if difference <= luck:
        parts.append(f"{words}, so this difference of {number(difference)} may be luck.")
    else:
        parts.append(f"{words}; this difference of {number(difference)} is larger than that.")
    return parts


def _beside_pca(measured: Mapping[Any, Spread], yardsticks: Yardsticks) -> str:
    """Say at which sizes of the code the model is better than PCA."""
    below = [
        value
        for value, spread in measured.items()
        if value < len(yardsticks.errors) and spread.mean < float(yardsticks.errors[value])
    ]
    if not below:
        return "PCA with as many numbers is better at every code size."
    sizes = ", ".join(map(str, below))
    return f"The model is better than PCA with as many numbers at code size {sizes}."


def number(value: float) -> str:
    """Return a result with four digits that count, and never as a power of ten."""
    if value == 0:
        return "0"
    if abs(value) >= 1000:
        text = f"{value:,.0f}"
    else:
        text = f"{value:.4g}" if abs(value) >= 1e-4 else f"{value:.6f}"
    return with_minus(text)
