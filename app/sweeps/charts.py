"""The charts of a sweep: a result against the setting, rate against distortion, and loss curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.components.chart import Line, live_chart
from app.components.download import SaveAs
from app.runs.labels import rule_of
from app.runs.seed_lines import seed_lines
from app.runs.settings_text import lower_first, value_in_words
from app.server.data import data_of_sweep
from app.server.yardsticks import Yardsticks, yardsticks_of
from app.theme import YARDSTICK_COLOR, model_color, value_colors
from app.ui.charts import HEIGHT
from app.ui.forms import label_of
from core.sweeps.results import by_value, spread_of
from core.sweeps.sweep import PICTURE, Sweep, SweepRun
from models import Hyperparameter, Term

#: From this ratio of the largest to the smallest value the axis is logarithmic.
_WIDE = 10
#: PCA is drawn up to so many times the largest code of the runs.
_FURTHER = 1.5

#: A setting's name of more characters is left out at the ends of lines.
_SHORT = 14

ALL_THE_SAME = "same settings"


def draw_results(
    sweep: Sweep, runs: Sequence[SweepRun], term: str, save_as: SaveAs
) -> SweepRun | None:
    """Draw a term of the loss on the test digits against the setting; each run is a dot.

    Returns:
        The run whose dot was pressed, if any.
    """
    rule = rule_of(sweep)
    about = sweep.terms[term]
    place = _places(runs)
    ended = [run for run in runs if run.error(term) is not None]
    color = model_color(sweep.model)
    groups = by_value(ended)
    spreads = [spread_of([run.error(term) for run in group]) for group in groups.values()]
    kept = [(value, one) for value, one in zip(groups, spreads, strict=True) if one is not None]
    lines: list[Line] = []
    if any(one.count > 1 for _, one in kept):
        lines.append(
            Line(
                name="mean",
                x=[place[value] for value, _ in kept],
                y=[one.mean for _, one in kept],
                low=[one.low for _, one in kept],
                high=[one.high for _, one in kept],
                color=color,
                dots=not _are_numbers(runs),  # between words there is nothing to connect
                sentence=f"The mean of the seeds: {lower_first(about.label)} {{y}} ({about.unit}).",
            )
        )
    lines.append(
        Line(
            name="each run",
            x=[place[run.value] for run in ended],
            y=[_number(run.error(term)) for run in ended],
            color=color,
            dots=True,
            ids=[run.id for run in ended],
            sentence=f"A run: {lower_first(about.label)} {{y}} ({about.unit}). Press to open it.",
        )
    )
    lines += _pca_line(sweep, runs, about)
    pressed = live_chart(
        lines,
        key="sweep-results",
        x_title=label_of(rule) if rule else "All runs have the same settings",
        y_titles=[f"{about.label} ({about.unit})"],
        revision=f"{sweep.id}:{term}",
        log_y=False,
        log_x=_is_wide(runs),
        x_ticks={place[value]: _named(rule, value) for value in by_value(runs)},
        height=HEIGHT,
        description=f"{about.label} on the test {data_of_sweep(sweep).nouns} for each value of "
        "the setting.",
        empty="Waiting for the first epoch of the first run…",
        save_as=save_as,
    )
    return next((run for run in ended if run.id == pressed), None)


def draw_loss_curves(sweep: Sweep, runs: Sequence[SweepRun], term: str, save_as: SaveAs) -> None:
    """Draw a term over the epochs: for each value the mean of its seeds, and all runs in a band."""
    rule = rule_of(sweep)
    about = sweep.terms[term]
    groups = by_value(runs)
    lines: list[Line] = []
    for (value, group), color in zip(groups.items(), value_colors(len(groups)), strict=True):
        name = _called(rule, value)
        if begun := [run for run in group if run.rows]:
            curves = [(f"seed {run.seed}", run.curve(term)) for run in begun]
            lines += seed_lines(name, curves, about, color)
    live_chart(
        lines,
        key="sweep-curves",
        x_title="Epoch",
        y_titles=[f"{about.label} ({about.unit})"],
        revision=f"{sweep.id}:{term}",
        linear_panels=[0] if about.linear else [],
        x_end=max((run.training.epochs for run in runs), default=1),
        height=HEIGHT,
        description=f"{about.label} on the test {data_of_sweep(sweep).nouns} over the epochs, "
        "for each value.",
        save_as=save_as,
    )


def draw_rate_distortion(
    sweep: Sweep, runs: Sequence[SweepRun], save_as: SaveAs
) -> SweepRun | None:
    """Draw what the codes of each run cost against how well it rebuilds; return a pressed run."""
    rule = rule_of(sweep)
    groups = by_value([run for run in runs if run.error(PICTURE) is not None])
    lines: list[Line] = []
    for (value, group), color in zip(groups.items(), value_colors(len(groups)), strict=True):
        name = _called(rule, value)
        lines.append(
            Line(
                name=name,
                x=[_number(run.error("kl_to_prior")) for run in group],
                y=[_number(run.error(PICTURE)) for run in group],
                color=color,
                dots=True,
                ids=[run.id for run in group],
                sentence=f"{name}: cross-entropy {{y}} (nats per pixel). Press to open the run.",
            )
        )
    every = [float(x) for line in lines for x in line.x]
    pressed = live_chart(
        lines,
        key="sweep-rate-distortion",
        x_title="KL to the prior (nats per image)",
        y_titles=["Cross-entropy (nats per pixel)"],
        revision=sweep.id,
        log_y=False,
        log_x=all(x > 0 for x in every) and _lie_apart(every),
        height=HEIGHT,
        description="Cross-entropy against the KL to the prior, a dot for each run.",
        empty="Waiting for the first epoch of the first run…",
        save_as=save_as,
    )
    return next((run for run in runs if run.id == pressed), None)


def yardsticks_in(sweep: Sweep, runs: Sequence[SweepRun], about: Term) -> Yardsticks | None:
    """Return PCA, where it can be held beside the runs: as many numbers as their codes have."""
    if not about.picture or sweep.field != "latent_dim" or not runs:
        return None
    return yardsticks_of(runs[0].record)


def _pca_line(sweep: Sweep, runs: Sequence[SweepRun], about: Term) -> list[Line]:
    yardsticks = yardsticks_in(sweep, runs, about)
    if yardsticks is None:
        return []
    sizes = [run.value for run in runs]
    most = min(round(_FURTHER * max(sizes)), len(yardsticks.errors) - 1)
    numbers = np.arange(max(1, min(sizes)), most + 1)
    return [
        Line(
            name="PCA",
            x=numbers,
            y=yardsticks.errors.numpy()[numbers],
            color=YARDSTICK_COLOR,
            dashed=True,
            sentence="PCA with as many numbers: mean squared error {y} (per pixel).",
        )
    ]


def _places(runs: Sequence[SweepRun]) -> Mapping[Any, float]:
    """Return where each value stands on the axis: numbers at themselves, words in their order.

    So do numbers that have no place on a logarithmic axis, and none beside each other on a linear
    one, such as 0, 0.0001 and 0.1.
    """
    values = list(by_value(runs))
    if _are_numbers(runs) and (_is_wide(runs) or not _lie_apart([*filter(None, values)])):
        return {value: float(value) for value in values}
    return {value: float(position) for position, value in enumerate(values)}


def _is_wide(runs: Sequence[SweepRun]) -> bool:
    values = [run.value for run in runs]
    return _are_numbers(runs) and min(values, default=0) > 0 and _lie_apart(values)


def _lie_apart(values: Sequence[float]) -> bool:
    """Return whether the largest of positive values is far above the smallest."""
    return bool(values) and max(values) >= _WIDE * min(values)


def _are_numbers(runs: Sequence[SweepRun]) -> bool:
    return all(type(run.value) in (int, float) for run in runs)


def _called(rule: Hyperparameter | None, value: Any) -> str:
    """Return what the line of a value is called: with the name of the setting where it is short."""
    if rule is None:
        return ALL_THE_SAME
    name = lower_first(rule.label)
    words = value_in_words(rule, value)
    return f"{name} {words}" if len(name) <= _SHORT else words


def _named(rule: Hyperparameter | None, value: Any) -> str:
    return "" if rule is None else value_in_words(rule, value)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
