"""Say in one sentence what a sweep has shown, from the numbers of its runs."""

from __future__ import annotations

from collections.abc import Sequence

from app.runs.settings_text import in_words, lower_first
from app.server.yardsticks import Yardsticks
from core.sweeps.sweep import Spread, SweepRun, by_value, spread_of
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
    widest = max(measured.values(), key=lambda spread: spread.high - spread.low)
    if rule is None or len(measured) == 1:
        (value, spread), *_ = measured.items()
        where = f" at {lower_first(rule.label)} {in_words(value)}" if rule else ""
        if spread.count == 1:
            return f"One run is finished{where}: {name} {spread.mean:.4f} ({about.unit})."
        return (
            f"{spread.count} runs are finished{where}: {name} {spread.mean:.4f} on average "
            f"({about.unit}), from {spread.low:.4f} to {spread.high:.4f}."
        )
    values = sorted(measured, key=lambda value: measured[value].mean)
    lowest, highest = values[0], values[-1]
    parts = [
        f"The lowest {name} is {measured[lowest].mean:.4f} ({about.unit}) at "
        f"{lower_first(rule.label)} {in_words(lowest)}, the highest {measured[highest].mean:.4f} "
        f"at {in_words(highest)}."
    ]
    if widest.count > 1:
        parts.append(_luck(measured[lowest], measured[highest], widest))
    if yardsticks is not None:
        below = [
            value
            for value, spread in measured.items()
            if value < len(yardsticks.errors) and spread.mean < float(yardsticks.errors[value])
        ]
        parts.append(
            "PCA with as many numbers is better at every value."
            if not below
            else f"It is better than PCA with as many numbers at {', '.join(map(in_words, below))}."
        )
    return " ".join(parts)


def _luck(lowest: Spread, highest: Spread, widest: Spread) -> str:
    """Say whether the difference between two values is larger than that between seeds."""
    difference, luck = highest.mean - lowest.mean, widest.high - widest.low
    words = f"Runs that differ in their seed alone lie up to {luck:.2g} apart"
    if difference <= luck:
        return f"{words}, so this difference of {difference:.2g} may be luck."
    return f"{words}; this difference of {difference:.2g} is larger than that."
