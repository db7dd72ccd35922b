"""A page with digits that can be picked: `?first=0` says which is picked before one is."""

from __future__ import annotations

import streamlit as st

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.ui.images import to_uint8
from core.data.digits import load_digits

COUNT = 12

st.set_page_config(layout="wide")
pixels = load_digits("test").pixels[:COUNT]
first = st.query_params.get("first")
picked = digit_tiles(
    [
        TileRow(title="Digits", pictures=to_uint8(pixels)),
        TileRow(
            title="Differences",
            pictures=difference(pixels.numpy(), pixels.roll(1, 0).numpy()),
            colors="diverging",
        ),
    ],
    key="tiles",
    description="Some digits.",
    pickable=True,
    first=None if first is None else int(first),
    per_line=8,
)
st.text(f"picked={picked}")
