"""Time machine: the same digits, codes and weights at every epoch whose weights are kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch

from app.components.film import Strip, film
from app.images import mosaic, to_uint8
from app.kept_epochs import too_few_epochs
from app.plain import plain
from app.run_settings import inside
from app.session import digits, model_at, store
from app.source import formula_and_code, look_for
from core.latent import encode, first_layer_weights, reconstruct
from core.record import RunRecord
from core.recording import spread
from core.training import preview_indices
from models import spec_of

WEIGHT_UNITS = 64
WEIGHTS_PER_LINE = 16
CODE_WIDTH = 48
"""CSS pixels a number of a code has at most; two numbers that fill the page are metres high."""
MOST_EPOCHS = 200
"""Of more some are left out: an epoch takes up to 76 kB, and Streamlit sends no message of more
than 20 MB (`server.maxMessageSize`)."""


def draw(record: RunRecord) -> None:
    """Pictures of every kept epoch, prepared once and switched in the browser."""
    kept = record.checkpoint_epochs
    spec = spec_of(record.request.settings["model"])
    look_for(
        f"{spec.watch_for} The codes and the weights of the first layer get their structure in the "
        "same epochs."
    )
    if len(kept) < 2:
        st.info(plain(too_few_epochs(record)))
        return
    epochs = [kept[place] for place in spread(len(kept), MOST_EPOCHS)]
    film(
        strips(record.id, tuple(epochs)),
        labels=epoch_labels(record, epochs),
        key=f"film:{record.id}",
        description="Reconstructions, codes and first-layer weights at each saved epoch.",
        frames_per_second=2,
    )
    if len(epochs) < len(kept):
        st.caption(f"Of {len(kept)} saved epochs {len(epochs)} are shown, evenly chosen.")
    model = model_at(record.id, epochs[-1])
    formula_and_code(model.formula, [type(model).encode, type(model).decode, first_layer_weights])


def epoch_labels(record: RunRecord, epochs: Sequence[int]) -> list[str]:
    """Each epoch's number, with its error on the test digits where the history has one."""
    model = spec_of(record.request.settings["model"]).model
    name = model.picture_term()
    term = model.terms[name]
    errors = {
        row["epoch"]: row["validation"].get(name)
        for row in record.history()
        if row["event"] == "epoch"
    }
    return [
        str(epoch)
        if errors.get(epoch) is None
        else f"{epoch} · test {inside(term.label)} {errors[epoch]:.4f} {term.unit}"
        for epoch in epochs
    ]


@st.cache_data(max_entries=8, show_spinner="Preparing the pictures of every saved epoch …")
def strips(run_id: str, epochs: tuple[int, ...]) -> list[Strip]:
    """Reconstructions, codes and weights, a frame an epoch.

    The scale of codes and weights is that of the largest value over all epochs.
    """
    test = digits("test")
    pixels = test.pixels[preview_indices(test)]
    record = store().get(run_id)
    rebuilt, of_epochs, into_units = [], [], []
    for epoch in epochs:
        # Not through `model_at`, which would forget the models that others look at; and one after
        # the other, since hundreds of large ones at once would take gigabytes.
        model = record.model(epoch)
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
        Strip(title="Ten test digits and their reconstructions", frames=np.stack(rebuilt)),
        Strip(
            title="Their codes",
            frames=(scaled * 127 + 128).byte().numpy() if signed else to_uint8(scaled),
            colors="diverging" if signed else "heat",
            caption="A row a digit, 0 to 9; a column a number of the code, "
            + ("blue below and orange above zero." if signed else "dark where it is silent."),
            max_width=CODE_WIDTH * codes.shape[2],
            ends=_ends(-highest if signed else 0, highest),
        ),
        Strip(
            title="Weights into units of the first layer",
            frames=np.stack([mosaic(grid, fill=128) for grid in grids]),
            colors="diverging",
            caption="Each picture is one unit: what ink it is excited (orange) or "
            "inhibited (blue) by.",
            ends=_ends(-strongest, strongest),
        ),
    ]


def _ends(low: float, high: float) -> tuple[str, str]:
    """What the lowest and the highest colour stand for."""
    return f"{low:.3g}".replace("-", "−"), f"{high:.3g}"
