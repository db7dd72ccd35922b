"""What a visitor does with a digit: keep it, take it to the other pages, download or remove it."""

from __future__ import annotations

import numpy as np
import streamlit as st
from torch import Tensor

from app.choose_digits import preset_digit
from app.components.digit_tiles import TileRow, digit_tiles
from app.digit.panel import Member
from app.my_digits import as_png, as_zip, keep, my_digits, remove
from app.navigation import PAGES

_VAE_PAGE = next(page.path for page in PAGES if page.name == "vae")


def draw_uses(pixels: Tensor, vae: Member | None) -> None:
    """The buttons below the answers to one digit (784,)."""
    with st.container(horizontal=True):
        keeping = st.button(
            "Keep it",
            icon=":material/bookmark_add:",
            help="It stays for this visit and can be chosen on the other pages, as “Mine”.",
        )
        morphing = vae is not None and st.button(
            "Morph it into another",
            icon=":material/animation:",
            help="Opens the VAE's Interpolate with your digit as the start.",
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
        st.switch_page(_VAE_PAGE, query_params={"run": vae.record.id, "view": "Interpolate"})
    if vae is not None and sliding:
        preset_digit("sliders:digit", digit.number)
        st.switch_page(_VAE_PAGE, query_params={"run": vae.record.id, "view": "Latent sliders"})
    st.toast(f"Kept as {digit.name}.", icon=":material/bookmark:")


def draw_kept() -> None:
    """The visitor's collection; nothing while it is empty."""
    digits = my_digits()
    if not digits:
        return
    st.header("My digits", anchor=False)
    picked = digit_tiles(
        [TileRow(title="", pictures=np.stack([digit.pixels for digit in digits]))],
        # Another key when one is gone: the picked column would be another digit's.
        key=f"digit:kept:{hash(tuple(digit.number for digit in digits))}",
        description="The digits that you keep.",
        captions=[str(digit.number) for digit in digits],
        names=[digit.name for digit in digits],
        pickable=True,
        per_line=10,
        per_line_narrow=5,
    )
    with st.container(horizontal=True):
        st.download_button(
            "All as a zip",
            lambda: as_zip(digits),
            "my-digits.zip",
            "application/zip",
            icon=":material/folder_zip:",
            on_click="ignore",
        )
        if picked is not None:
            one = digits[picked]
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
            "They stay until you close or reload this page. Pick one to download or remove it; on "
            "the other pages choose “Mine”."
        )
