"""A run of weights that were trained elsewhere: its layers, ten digits, and what was measured."""

from __future__ import annotations

import streamlit as st

from app.components.digit_tiles import TileRow, digit_tiles
from app.reference.opened import draw_is_it_right_opened
from app.runs.controls import draw_controls
from app.runs.export import save_run_as
from app.runs.imported import draw_origin
from app.runs.settings_text import lower_first
from app.runs.whole_run import draw_whole_run
from app.server.data import data_of
from app.ui.fragments import show_errors
from app.ui.markdown import escape_markdown
from app.ui.numbers import three_digits
from core.own_weights import read_opened
from core.own_weights.match import SCALES, SYMMETRIC, UNIT
from core.runs.record import RunRecord
from core.training.record import epoch_rows, read_configs, read_previews
from models import PIXELS, spec_of
from models.stack import FOLLOWING_NAMES, StackConfig
from models.stack_vae import SPREAD_NAMES, StackVAEConfig


def draw_opened(record: RunRecord) -> None:
    """Draw what the lab knows of opened weights.

    Raises:
        RunError: what the run's folder says cannot be used.
    """
    data = data_of(record)
    previews = read_previews(record)
    opened = read_opened(record)
    name, config, _ = read_configs(record)
    draw_origin(record)
    if len(previews):
        given, rebuilt = previews[-1]
        digit_tiles(
            [
                TileRow(title=data.says("Input: ten test digits"), pictures=given),
                TileRow(title="Output of your network", pictures=rebuilt),
            ],
            key="own-weights:preview",
            description=data.says("Ten test digits above what the network makes of them."),
            save_as=save_run_as(record, "pictures"),
        )
    rows = epoch_rows(record)
    terms = spec_of(name).model.terms(config)
    with st.container(horizontal=True, gap="medium"):
        for key, each in terms.items():
            if rows and (not each.on_demand or each.picture):
                label = f"Test {lower_first(each.label)} ({each.unit})"
                value = three_digits(rows[-1]["validation"].get(key))
                st.metric(label, value, width="content")
    st.caption(
        data.says(
            f"From **{escape_markdown(opened.file)}**, trained outside the lab. The lab measured "
            "these numbers on all 10,000 test digits. It knows neither the loss that was "
            "minimised, nor the number of epochs, nor the curves on the way: what needs them is "
            "not there."
        )
    )
    if isinstance(config, StackConfig):
        st.markdown(_table(config, opened.layers))
        st.caption(f"Pixels in the training: {SCALES[opened.scale]}.{_rescaled(opened.scale)}")
    with st.container(horizontal=True):
        draw_controls(record, record.state)
        draw_whole_run(record)
    with show_errors():
        draw_is_it_right_opened(record)


def _rescaled(scale: str) -> str:
    """Return what the lab has changed so that the network takes and gives pixels from 0 to 1."""
    if scale == UNIT:
        return ""
    said = " The lab has put this scale into the weights of the first and the last layer."
    if scale == SYMMETRIC:
        said += " A last tanh became a sigmoid: (tanh(a) + 1) / 2 = sigmoid(2a)."
    return said


def _table(config: StackConfig, names: tuple[str, ...]) -> str:
    """Return the layers as a table in Markdown."""
    widths = (PIXELS, *config.encoder, *config.decoder)
    functions = [
        FOLLOWING_NAMES[name] for name in (*config.encoder_activations, *config.decoder_activations)
    ]
    rows = ["| Layer | Inputs → outputs | Weight in the file | Function |", "|:--|:--|:--|:--|"]
    for place, function in enumerate(functions):
        half = "encoder" if place < len(config.encoder) else "decoder"
        if place == len(config.encoder) - 1:
            half = "mean of the code" if isinstance(config, StackVAEConfig) else "code"
        name = escape_markdown(names[place]) if place < len(names) else ""
        passed = f"{widths[place]} → {widths[place + 1]}"
        rows.append(f"| {place + 1} · {half} | {passed} | {name} | {function} |")
    if isinstance(config, StackVAEConfig):
        name = escape_markdown(names[len(functions)]) if len(functions) < len(names) else ""
        inputs = widths[len(config.encoder) - 1]
        rows.append(
            f"| spread | {inputs} → {config.latent_dim} | {name} | {SPREAD_NAMES[config.spread]} |"
        )
    return "\n".join(rows)
