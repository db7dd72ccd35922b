"""The charts, the table and the file of what codes are worth."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from statistics import mean, pstdev

import plotly.graph_objects as go

from app.server.models import TrainedModel
from app.theme import BASELINE_COLOR, model_color
from app.ui.line_charts import Curve, curves_figure
from app.ui.numbers import with_minus
from app.ui.run_styles import YARDSTICK, LineStyle
from core.execution.worth_queue import Worths
from core.training.code_worth import CodeWorth, Reading, label_counts
from models import PIXELS

PROBE, NEIGHBOURS = "Linear probe", "5 nearest neighbours"
#: What reads labels from codes.
CLASSIFIERS = (PROBE, NEIGHBOURS)
_PIXEL_STYLE = LineStyle(BASELINE_COLOR, "dot")
_READ = "Test digits read correctly (%)"
#: What stands in the table where nothing is known yet.
NOT_YET = "…"


def shares(reading: Reading, classifier: str) -> tuple[float, ...]:
    """Return the share of the test digits that a classifier reads correctly, for each draw."""
    return reading.probe if classifier == PROBE else reading.neighbours


def reading_of(worth: CodeWorth, labels: int) -> Reading:
    """Return what is read with so many labels."""
    return next(reading for reading in worth.readings if reading.labels == labels)


def by_labels(worths: Worths, model: TrainedModel, classifier: str) -> go.Figure:
    """Return the share that is read from the code, from PCA and from pixels, by labels."""
    curves = [
        Curve(
            name=name,
            x=[reading.labels for reading in worth.readings],
            y=[100 * mean(shares(reading, classifier)) for reading in worth.readings],
            style=style,
        )
        for name, worth, style in _compared(worths, model)
        if worth is not None
    ]
    return curves_figure(
        curves,
        x=model.data.says("Labelled training digits"),
        y=model.data.says(_READ),
        hover=model.data.says("%{y:.1f} % of the test digits with %{x:,} labels"),
        markers=True,
        x_log=True,
        limits=(0.0, 100.0),
        x_limits=(label_counts(worths.digits)[0], worths.digits),
    )


def by_epoch(worths: Worths, model: TrainedModel, classifier: str, labels: int) -> go.Figure:
    """Return the share that is read from the codes after each kept epoch, and the yardsticks."""
    epochs = sorted(worths.epochs)
    last = max([*epochs, *(kind for kind in worths.missing if isinstance(kind, int)), 1])
    curves: list[Curve] = []
    (name, _, style), *yardsticks = _compared(worths, model)
    if epochs:
        found = [reading_of(worths.epochs[epoch], labels) for epoch in epochs]
        y = [100 * mean(shares(reading, classifier)) for reading in found]
        curves.append(Curve(name=name, x=epochs, y=y, style=style))
    for name, worth, style in yardsticks:
        if worth is not None:
            level = 100 * mean(shares(reading_of(worth, labels), classifier))
            curves.append(Curve(name=name, x=[0, last], y=[level, level], style=style))
    return curves_figure(
        curves,
        x="Epoch",
        y=model.data.says(_READ),
        hover=model.data.says("%{y:.1f} % of the test digits after epoch %{x}"),
        markers=True,
        limits=(0.0, 100.0),
        x_limits=(0, last),
    )


def cluster_table(worths: Worths, model: TrainedModel) -> dict[str, list[str]]:
    """Return the table of how k-means clusters agree with the labels, by the heads of columns."""
    rows = (
        (f"Code, {_numbers(worths.numbers)}, {model.when}", worths.epochs.get(model.epoch)),
        (f"PCA, {_numbers(worths.numbers)}", worths.pca),
        (f"{PIXELS} pixels", worths.pixels),
    )
    table: dict[str, list[str]] = {"k-means of": [], "Adjusted Rand index": []}
    information = table.setdefault("Normalised mutual information", [])
    for name, worth in rows:
        table["k-means of"].append(name)
        table["Adjusted Rand index"].append(_spread(worth.rand) if worth else NOT_YET)
        information.append(_spread(worth.information) if worth else NOT_YET)
    return table


def csv_of(worths: Worths) -> str:
    """Return all numbers as a table: one row for each draw of labels and each start of k-means."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["what", "epoch", "numbers", "measure", "labels", "draw_or_start", "value"])
    kinds: list[tuple[str, int | str, int, CodeWorth | None]] = [
        *(("code", epoch, worths.numbers, worths.epochs[epoch]) for epoch in sorted(worths.epochs)),
        ("PCA", "", worths.numbers, worths.pca),
        ("pixels", "", PIXELS, worths.pixels),
    ]
    for what, epoch, numbers, worth in kinds:
        if worth is not None:
            for measure, labels, values in _measured(worth):
                for number, value in enumerate(values):
                    table.writerow([what, epoch, numbers, measure, labels, number, f"{value:.6g}"])
    return text.getvalue()


def _measured(worth: CodeWorth) -> Iterator[tuple[str, int | str, tuple[float, ...]]]:
    for reading in worth.readings:
        yield "linear probe, share read", reading.labels, reading.probe
        yield "5 nearest neighbours, share read", reading.labels, reading.neighbours
    yield "adjusted Rand index", "", worth.rand
    yield "normalised mutual information", "", worth.information


def _compared(
    worths: Worths, model: TrainedModel
) -> tuple[tuple[str, CodeWorth | None, LineStyle], ...]:
    """Return the code and what it is compared with: name, worth and line."""
    numbers = _numbers(worths.numbers)
    style = LineStyle(model_color(model.name))
    return (
        (f"code, {numbers}", worths.epochs.get(model.epoch), style),
        (f"PCA, {numbers}", worths.pca, YARDSTICK),
        (f"{PIXELS} pixels", worths.pixels, _PIXEL_STYLE),
    )


def _numbers(count: int) -> str:
    return f"{count} number{'s' if count > 1 else ''}"


def _spread(values: tuple[float, ...]) -> str:
    return with_minus(f"{mean(values):.2f} ± {pstdev(values):.2f}")
