"""Time machine: the same digits, codes and weights at every epoch whose weights are kept."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from app.components.film import Strip, film
from app.images import mosaic, to_uint8
from app.session import digits, model_at
from app.source import formula_and_code, look_for
from core.latent import encode, first_layer_weights, reconstruct
from core.record import RunRecord
from core.training import preview_indices
from models import spec_of

WEIGHT_UNITS = 64
WEIGHTS_PER_LINE = 16
CODE_SCALE = 8


def draw(record: RunRecord) -> None:
    """Pictures of every kept epoch, prepared once and switched in the browser."""
    epochs = record.checkpoint_epochs
    spec = spec_of(record.request.settings["model"])
    look_for(
        f"{spec.watch_for} The codes and the weights of the first layer get their structure in the "
        "same epochs."
    )
    if len(epochs) < 2:
        st.info("There is one saved epoch so far. The slider appears with the next one.")
        return
    reconstructions, codes, weights, signed = pictures(record.id, tuple(epochs))
    film(
        [
            Strip(title="Ten test digits and their reconstructions", frames=reconstructions),
            Strip(
                title="Their codes",
                frames=codes,
                colors="diverging" if signed else "heat",
                caption="A row a digit, 0 to 9; a column a number of the code, "
                + ("blue below and orange above zero." if signed else "dark where it is silent."),
            ),
            Strip(
                title="Weights into units of the first layer",
                frames=weights,
                colors="diverging",
                caption="Each picture is one unit: what ink it is excited (orange) or "
                "inhibited (blue) by.",
            ),
        ],
        labels=[str(epoch) for epoch in epochs],
        key=f"film:{record.id}",
        description="Reconstructions, codes and first-layer weights at each saved epoch.",
        frames_per_second=2,
    )
    model = model_at(record.id, epochs[-1])
    formula_and_code(model.formula, [type(model).encode, type(model).decode, first_layer_weights])


@st.cache_data(max_entries=16, show_spinner="Preparing the pictures of every saved epoch …")
def pictures(
    run_id: str, epochs: tuple[int, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], bool]:
    """Reconstructions, codes and weights, each (epochs, height, width) grey levels, and whether
    the codes have a sign.

    The scale of codes and weights is that of the largest value over all epochs.
    """
    test = digits("test")
    pixels = test.pixels[preview_indices(test)]
    models = [model_at(run_id, epoch) for epoch in epochs]
    rebuilt = []
    for model in models:
        shown = model.corrupt(pixels, torch.Generator().manual_seed(0))
        rebuilt.append(mosaic(np.stack([to_uint8(shown), to_uint8(reconstruct(model, shown))])))
    codes = torch.stack([encode(model, pixels) for model in models])
    weights = torch.stack([first_layer_weights(model)[:WEIGHT_UNITS] for model in models])
    signed = (weights / weights.abs().max() * 127 + 128).byte().numpy()
    lines = -(-signed.shape[1] // WEIGHTS_PER_LINE)
    padded = np.full((len(epochs), lines * WEIGHTS_PER_LINE, signed.shape[2]), 128, np.uint8)
    padded[:, : signed.shape[1]] = signed
    grids = padded.reshape(len(epochs), lines, WEIGHTS_PER_LINE, -1)
    signed_codes = bool(codes.min() < 0)
    scaled = codes / codes.abs().max().clamp(min=1e-9)
    heat = (scaled * 127 + 128).byte().numpy() if signed_codes else to_uint8(scaled)
    return (
        np.stack(rebuilt),
        heat.repeat(CODE_SCALE, axis=1).repeat(CODE_SCALE, axis=2),
        np.stack([mosaic(grid, fill=128) for grid in grids]),
        signed_codes,
    )
