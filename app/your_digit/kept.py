"""Offers what to do with a digit: keep it, take it to the other pages, download or remove it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.digits.chosen import typical_test_digits
from app.digits.collection import as_png, as_zip, keep, my_digits, remove
from app.digits.single import preset_class, preset_digit
from app.navigation import page_named
from app.server.models import TrainedModel
from app.server.shared import digits
from core.analysis.latent import encode
from core.data.data_sets import DATA_SETS, MNIST

_VAE_PAGE = page_named("vae").path


def draw_uses(pixels: Tensor, label: int, vae: TrainedModel | None) -> None:
    """Draw the buttons below the answers to one digit (784,), which the votes call a `label`."""
    with st.container(horizontal=True):
        keeping = st.button(
            "Keep it",
            icon=":material/bookmark_add:",
            help="It stays until the lab ends and can be chosen on the other pages, as “Mine”.",
        )
        morphing = vae is not None and st.button(
            "Morph it into another",
            icon=":material/animation:",
            help="Opens the VAE's Interpolate, from your digit to one of another class.",
        )
        sliding = vae is not None and st.button(
            "Take it to the latent sliders",
            icon=":material/tune:",
            help="Opens the VAE's sliders at the code of your digit.",
        )
    if not (keeping or morphing or sliding):
        return
    try:
        digit = keep(pixels)
    except ValueError as error:
        st.error(str(error))
        return
    if vae is not None and morphing:
        preset_digit("interpolate:from", digit.number)
        preset_class("interpolate:to", _nearest_other_class(pixels, label, vae))
        st.switch_page(_VAE_PAGE, query_params={"run": vae.id, "view": "Interpolate"})
    if vae is not None and sliding:
        preset_digit("sliders:digit", digit.number)
        st.switch_page(_VAE_PAGE, query_params={"run": vae.id, "view": "Latent sliders"})
    st.toast(f"Kept as {digit.name}.", icon=":material/bookmark:")


def _nearest_other_class(pixels: Tensor, label: int, vae: TrainedModel) -> int:
    """Return the class, other than `label`, whose typical digit has the code nearest to this one's.

    The way between near codes stays where the decoder has seen digits.
    """
    typical = digits("test").pixels[typical_test_digits(DATA_SETS[MNIST])]
    distances = (encode(vae.model, typical) - encode(vae.model, pixels[None])).norm(dim=1)
    distances[label] = float("inf")
    return int(distances.argmin())


def draw_kept() -> None:
    """Draw the visitor's collection, or nothing if it is empty."""
    kept = my_digits()
    if not kept:
        return
    st.header("My digits", anchor=False)
    picked = digit_tiles(
        [TileRow(title="", pictures=np.stack([digit.pixels for digit in kept]))],
        # Another key when one is gone: the picked column would be another digit's.
        key=f"digit:kept:{hash(tuple(digit.number for digit in kept))}",
        description="The digits that you keep.",
        captions=[str(digit.number) for digit in kept],
        names=[digit.name for digit in kept],
        pickable=True,
        per_line=10,
    )
    with st.container(horizontal=True):
        st.download_button(
            "All as a zip",
            lambda: as_zip(kept),
            "my-digits.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
        if picked is not None:
            one = kept[picked]
            st.download_button(
                f"{one.name.capitalize()} as PNG",
                as_png(one),
                f"my-digit-{one.number}.png",
                "image/png",
                icon=":material/download:",
                on_click="ignore",
            )
            if st.button(f"Remove {one.name}", icon=":material/delete:"):
                remove(one.number)
                st.rerun()
    if picked is None:
        st.caption(
            "They stay in your browser's visits until the lab ends; nobody else sees them. Pick "
            "one to download or remove it; on the other pages choose “Mine”."
        )
