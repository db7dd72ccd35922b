"""A training while it runs: its progress and controls, ten rebuilt digits, its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from app.components.digit_tiles import TileRow, digit_tiles
from app.runs.controls import draw_controls, draw_progress
from app.runs.export import save_run_as
from app.runs.settings_text import lower_first
from app.server.data import data_of
from app.training.about import about_run
from app.training.curves import beside_pca, draw_curves
from app.ui.numbers import three_digits
from core.data.data_sets import DataSet
from core.runs.record import RunRecord
from core.training.record import (
    PREVIEW_SHAPE,
    epoch_rows,
    model_name,
    read_configs,
    read_first_epoch_previews,
    read_previews,
)
from models import Term, spec_of

#: Heights are reserved before the pictures and the curves have arrived, so that nothing below them
#: jumps: two rows of ten digits with a gap of 2 in 28 pixels, as large as `digit_tiles` draws them,
#: each below its name, and the buttons.
_STYLE = """<style>
.st-key-training-pictures { container-type: inline-size; }
.st-key-training-pictures .st-key-preview {
  min-height: calc(max(round(down, 100cqw, 298px), min(100cqw, 298px)) * 56 / 298 + 6.25rem);
}
.st-key-training-numbers { min-height: 4rem; }
.st-key-training-numbers [data-testid="stMetricValue"] {
  font-size: 1.125rem; line-height: 2rem; font-variant-numeric: tabular-nums;
}
.st-key-training-numbers [data-testid="stMetric"] { padding-block: 0; }
.st-key-training-numbers > :first-child [data-testid="stMetricValue"] {
  font-size: 1.5rem; font-weight: 600;
}
</style>"""


def seconds_between_looks(record: RunRecord) -> float:
    """Return how often to look at a training: more often in the first epoch, which changes most."""
    return 0.5 if len(read_previews(record)) < 2 else 2.0


def draw_training(record: RunRecord) -> None:
    """Draw everything about a training that changes while it runs."""
    st.html(_STYLE)
    state = record.state
    epochs = epoch_rows(record)
    spec = spec_of(model_name(record.request))
    done = epochs[-1]["epoch"] if epochs else 0
    _, config, training = read_configs(record)
    terms, total = spec.model.terms(config), training.epochs
    draw_progress(
        record,
        state,
        now=f"Epoch {min(done + 1, total)} of {total}",
        done=f"{done} of {total} epochs",
    )
    draw_controls(record, state)
    if record.is_active:
        # The run has the width of the page: curves and pictures are seen at once.
        pictures, curves = st.columns([1.2, 1], gap="medium")
    else:
        pictures = curves = st.container()
    with pictures:
        _draw_preview(record)
        _draw_numbers(epochs[-1] if epochs else None, terms, beside_pca(record))
        for said in about_run(record):
            st.caption(said)
    with curves:
        draw_curves(record, terms)


def _draw_numbers(
    latest: Mapping[str, Any] | None, terms: Mapping[str, Term], compared: str
) -> None:
    """Draw the terms on the test digits after the latest epoch, the first as the largest.

    `compared` stands beside them: how the run compares with what needs no training.
    """
    with st.container(
        horizontal=True, gap="medium", key="training-numbers", vertical_alignment="bottom"
    ):
        for name, term in terms.items():
            if not term.on_demand:
                label = f"Test {lower_first(term.label)} ({term.unit})"
                st.metric(label, _value(latest, name), width="content")
        if compared:
            st.caption(f":material/straighten: {compared}", width="content")


def _value(latest: Mapping[str, Any] | None, name: str) -> str:
    if latest is None:
        return "–"
    value = latest["validation"].get(name)
    return three_digits(value)


def _description(data: DataSet) -> str:
    """Return what the ten pictures show, for readers who cannot see them."""
    if data.shows_digits:
        return "Ten handwritten test digits, 0 to 9, above their reconstructions."
    return f"Ten test {data.nouns}, {', '.join(data.classes)}, above their reconstructions."


def _draw_preview(record: RunRecord) -> None:
    """Draw ten fixed test digits above what the model makes of them now."""
    data = data_of(record)
    previews, within = read_previews(record), read_first_epoch_previews(record)
    given, rebuilt = previews[-1] if len(previews) else np.zeros(PREVIEW_SHAPE, np.uint8)
    if len(previews) == 1 and len(within):
        rebuilt, when = within[-1], "within epoch 1"
    elif len(previews):
        when = f"after epoch {len(previews) - 1}" if len(previews) > 1 else "before training"
    else:
        when = "with the first epoch"
    with st.container(key="training-pictures"):
        # Not st.image: a picture that is replaced is gone when a slow browser comes to fetch it.
        digit_tiles(
            [
                TileRow(title=data.says("Input: ten test digits"), pictures=given),
                TileRow(title=f"Output {when}", pictures=rebuilt),
            ],
            key="preview",
            description=_description(data),
            save_as=save_run_as(record, "training pictures", epoch=max(0, len(previews) - 1)),
        )
