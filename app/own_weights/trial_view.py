"""The trial of a match: ten test digits above what the network makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.runs.export import save_page_as
from app.ui.glossary import term
from app.ui.images import to_uint8
from core.data.data_sets import DataSet
from core.own_weights import Match, try_on_digits


def draw_trial(match: Match, tensors: Mapping[str, Tensor], data: DataSet) -> None:
    """Draw ten digits and what the network of a match makes of them."""
    trial = try_on_digits(match, tensors)
    digit_tiles(
        [
            TileRow(title=data.says("Input: ten test digits"), pictures=to_uint8(trial.given)),
            TileRow(
                title=f"Output of your network · error {trial.error:.4f}",
                pictures=to_uint8(trial.rebuilt),
            ),
        ],
        key="own-weights:trial",
        description=data.says("Ten test digits above what your network makes of them."),
        save_as=save_page_as("own weights", "trial"),
    )
    st.caption(
        data.says(
            f"Error: {term('mse')} per pixel, mean of these ten digits. Always giving the mean "
            f"picture of the test digits has {trial.blank_error:.4f}."
        )
    )
    if not trial.error < trial.blank_error:
        st.warning(
            "This is no better than the mean picture. Choose the functions, the heads and the "
            "pixels of your training above; a network that was trained on other pictures looks "
            "like this, too.",
            icon=":material/warning:",
        )
