"""The layout of the parts of a page, and styles that Streamlit's theme cannot express."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

#: In pixels: enough for the longest name of a page.
SIDEBAR_WIDTH = 256
_STYLE = Path(__file__).parents[1] / "assets" / "style.css"


def draw_style() -> None:
    """Put the style sheet into the page; it takes no room."""
    st.html(_STYLE)


def input_and_answer() -> list[DeltaGenerator]:
    """Return a place for a visitor's input and one for the answer to it.

    They stand side by side on a tablet too, and one below the other on a phone.
    """
    with st.container(key="input-and-answer"):
        return st.columns([1, 2], gap="medium")


def grid(name: str) -> DeltaGenerator:
    """Return a place whose parts stand in as many columns of equal width as there is room for.

    Args:
        name: A name that no other grid has.
    """
    return st.container(key=f"grid-{name}")
