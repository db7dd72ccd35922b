"""Time machine: the same digits, codes and weights at every epoch whose weights are saved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch

from app.components.film import Strip, film
from app.digits.chosen import typical_test_digits
from app.links.address import ask
from app.links.values import whole
from app.runs.export import save_run_as
from app.runs.kept_epochs import too_few_epochs
from app.runs.settings_text import lower_first
from app.server.data import data_of
from app.server.models import TrainedModel
from app.server.shared import digits, store
from app.theme import model_color
from app.ui.charts import draw_chart
from app.ui.glossary import term
from app.ui.images import GAP, mosaic, to_uint8
from app.ui.line_charts import Curve, curves_figure
from app.ui.markdown import escape_markdown
from app.ui.numbers import with_minus
from app.ui.result_first import result_first
from app.ui.run_styles import LineStyle
from app.ui.source import formula_and_code
from core.analysis.latent import (
    code_similarity,
    encode,
    first_layer_weights,
    reconstruct,
    weight_similarity,
)
from core.data.data_sets import DataSet
from core.runs.record import RunRecord
from core.training.record import (
    checkpoint_epochs,
    epoch_rows,
    load_model,
    model_name,
    read_configs,
)
from core.tsne.recording import spread
from models import SIDE, spec_of

WEIGHT_UNITS = 64
WEIGHTS_PER_LINE = 16
CODE_WIDTH = 48
"""CSS pixels of a number of a code at most; two numbers as wide as the page would be too high."""
MAX_EPOCHS = 200
"""Of more some are left out: an epoch takes up to 76 kB, and Streamlit sends no message of more
than 20 MB (`server.maxMessageSize`)."""
#: Digits whose codes are compared.
COMPARED_DIGITS = 1000
#: The most saved epochs that are compared.
MAX_COMPARED = 50
#: The correlation from which on codes or weights count as close to the final ones.
CLOSE = 0.8


def draw(record: RunRecord) -> None:
    """Draw pictures of every saved epoch, prepared once and switched in the browser."""
    kept = checkpoint_epochs(record)
    if len(kept) < 2:
        st.info(escape_markdown(too_few_epochs(record)))
        return
    epochs = [kept[place] for place in spread(len(kept), MAX_EPOCHS)]
    with result_first(
        f"Move the slider from epoch 0 on. When do the outputs become {data_of(record).things}, "
        f"and do the {term('code', 'codes')} and the weights of the first layer change at the "
        "same time?"
    ):
        film(
            strips(record.id, tuple(epochs)),
            labels=epoch_labels(record, epochs),
            key=f"film:{record.id}",
            description="Inputs, outputs, codes and first-layer weights at each saved epoch.",
            frames_per_second=2,
            save_as=save_run_as(record, "time machine"),
            link=ask("frame", f"film:{record.id}", whole("frame", 0, len(epochs) - 1)),
        )
        if len(epochs) < len(kept):
            st.caption(f"Of {len(kept)} saved epochs {len(epochs)} are shown, evenly chosen.")
    _draw_similarities(record, [kept[place] for place in spread(len(kept), MAX_COMPARED)])
    model = TrainedModel(record, epochs[-1]).model
    formula_and_code(
        model.formula(model.config),
        [type(model).encode, type(model).decode, first_layer_weights, code_similarity],
    )


def _draw_similarities(record: RunRecord, epochs: Sequence[int]) -> None:
    """Draw how similar codes and weights of each epoch are to those of the last one."""
    st.subheader(f"How similar to epoch {epochs[-1]}?")
    codes, weights = similarities(record.id, tuple(epochs))
    color = model_color(model_name(record.request))
    curves = [
        Curve(name="codes", x=epochs, y=codes, style=LineStyle(color)),
        Curve(name="weights", x=epochs, y=weights, style=LineStyle(color, "dash")),
    ]
    figure = curves_figure(
        curves,
        x="Epoch",
        y=f"Correlation with epoch {epochs[-1]}",
        hover="%{y:.2f} after epoch %{x}",
        markers=True,
        limits=(min(0.0, *codes, *weights) * 1.05, 1.05),
        x_limits=(0, read_configs(record)[2].epochs),
        named_at=int(np.abs(np.subtract(codes, weights)).argmax()),
    )
    draw_chart(figure, key="time:similarity", save_as=save_run_as(record, "similarity over epochs"))
    st.markdown(said_of(epochs, codes, weights))
    st.caption(
        f"Codes: correlation of the codes of {COMPARED_DIGITS:,} test {data_of(record).nouns}, the "
        "mean of each number of the code taken off. Weights: correlation of all weights of the "
        "first layer."
    )


def said_of(epochs: Sequence[int], codes: Sequence[float], weights: Sequence[float]) -> str:
    """Say when the codes, and when the weights, come close to those of the last epoch."""

    def first(values: Sequence[float]) -> int:
        """Return the first place from which on all values are at least CLOSE."""
        low = [place for place, value in enumerate(values) if value < CLOSE]
        return low[-1] + 1 if low else 0

    if codes[-1] < CLOSE or weights[-1] < CLOSE:  # what does not vary is similar to nothing
        return "The codes or the weights of the last epoch do not vary, so there is no correlation."
    at, last = first(codes), epochs[-1]
    sentence = (
        f"From epoch {epochs[at]} on the correlation of the codes with those of epoch {last} is at "
        f"least {CLOSE:g}; for the weights this holds from epoch {epochs[first(weights)]} on."
    )
    if at < len(epochs) - 1:
        sentence += (
            f" At epoch {epochs[at]} it is {codes[at]:.2f} for the codes and {weights[at]:.2f} for "
            "the weights."
        )
    return sentence + " (Only saved epochs are measured.)"


@st.cache_data(max_entries=16, show_spinner="Comparing the saved epochs …")
def similarities(run_id: str, epochs: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Return how similar codes and first-layer weights of each epoch are to those of the last."""
    record = store().get(run_id)
    pixels = digits("test", data_of(record).name).pixels[:COMPARED_DIGITS]
    last = load_model(record, epochs[-1])
    final_codes, final_weights = encode(last, pixels), first_layer_weights(last)
    codes: list[float] = []
    weights: list[float] = []
    for epoch in epochs:
        model = load_model(record, epoch)
        codes.append(code_similarity(encode(model, pixels), final_codes))
        weights.append(weight_similarity(first_layer_weights(model), final_weights))
    return codes, weights


def epoch_labels(record: RunRecord, epochs: Sequence[int]) -> list[str]:
    """Return each epoch's number, with its test error where the history has one."""
    kind, config, _ = read_configs(record)
    model = spec_of(kind).model
    name = model.picture_term(config)
    picture = model.terms(config)[name]
    errors = {row["epoch"]: row["validation"].get(name) for row in epoch_rows(record)}
    return [
        str(epoch)
        if errors.get(epoch) is None
        else f"{epoch} · test {lower_first(picture.label)} {errors[epoch]:.4f} {picture.unit}"
        for epoch in epochs
    ]


@st.cache_data(max_entries=8, show_spinner="Preparing the pictures of every saved epoch …")
def strips(run_id: str, epochs: tuple[int, ...]) -> list[Strip]:
    """Return inputs and outputs, codes and weights, a frame for each epoch.

    Codes and weights are scaled by their largest value over all epochs.
    """
    record = store().get(run_id)
    data = data_of(record)
    pixels = digits("test", data.name).pixels[typical_test_digits(data)]
    rebuilt, of_epochs, into_units = [], [], []
    for epoch in epochs:
        # Not through `TrainedModel`, whose cache would drop the models that others look at; and one
        # after the other, since hundreds of large ones at once would take gigabytes.
        model = load_model(record, epoch)
        shown = model.corrupt(pixels, torch.Generator().manual_seed(0))
        rebuilt.append(mosaic(np.stack([to_uint8(shown), to_uint8(reconstruct(model, shown))])))
        of_epochs.append(encode(model, shown))
        into_units.append(first_layer_weights(model)[:WEIGHT_UNITS].clone())
    codes, weights = torch.stack(of_epochs), torch.stack(into_units)
    strongest = float(weights.abs().max())
    levels = (weights / strongest * 127 + 128).byte().numpy()
    lines = -(-levels.shape[1] // WEIGHTS_PER_LINE)
    padded = np.full((len(epochs), lines * WEIGHTS_PER_LINE, levels.shape[2]), 128, np.uint8)
    padded[:, : levels.shape[1]] = levels
    grids = padded.reshape(len(epochs), lines, WEIGHTS_PER_LINE, -1)
    signed = bool(codes.min() < 0)
    highest = float(codes.abs().max())
    scaled = codes / max(highest, 1e-9)
    return [
        Strip(
            title=data.says("Ten test digits: input above, output below"),
            frames=np.stack(rebuilt),
            cell=SIDE + GAP,
        ),
        Strip(
            title="Their codes",
            frames=(scaled * 127 + 128).byte().numpy() if signed else to_uint8(scaled),
            colors="diverging" if signed else "heat",
            caption=f"Rows: {_all_classes(data)}. Columns: the numbers of the code. "
            + ("Blue: below 0. Orange: above 0." if signed else "Dark = 0."),
            max_width=CODE_WIDTH * codes.shape[2],
            ends=_ends(-highest if signed else 0, highest),
        ),
        Strip(
            title="Weights into units of the first layer",
            frames=np.stack([mosaic(grid, fill=128) for grid in grids]),
            cell=SIDE + GAP,
            colors="diverging",
            caption="Weights of one unit each: orange pixels raise it, blue pixels lower it.",
            ends=_ends(-strongest, strongest),
        ),
    ]


def _all_classes(data: DataSet) -> str:
    """Return the classes in the order of their labels, in words."""
    return "digits 0 to 9" if data.shows_digits else ", ".join(data.classes)


def _ends(low: float, high: float) -> tuple[str, str]:
    """Return what the lowest and the highest colour stand for."""
    return with_minus(f"{low:.3g}"), f"{high:.3g}"
