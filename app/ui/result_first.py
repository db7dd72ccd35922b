"""The layout of a view: on narrow screens the result comes first and columns are stacked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.ui.source import hint

#: How the keys of the containers begin by which the style sheet knows them.
_WORDS = "view-words"
_CONTROLS = "view-controls"
_STACKED = "view-stacked"
# Streamlit stacks columns below 640 pixels only; two charts or two sheets of digits need 1,200
# with the sidebar. On a phone the words and the controls come after the result they belong to.
_STYLE = f"""<style>
@media (max-width: 640px) {{
  .stVerticalBlock > :has(> [class*="st-key-{_CONTROLS}"]) {{ order: 1; }}
  .stVerticalBlock > :has(> [class*="st-key-{_WORDS}"]) {{ order: 2; }}
}}
@media (max-width: 1200px) {{
  [class*="st-key-{_STACKED}"] > * > [data-testid="stHorizontalBlock"] > [data-testid="stColumn"] {{
    min-width: 100%;
  }}
}}
</style>"""


@contextmanager
def result_first(words: str) -> Iterator[None]:
    """Draw what to look for above the block; on a phone below it.

    In the block, `controls` come below the rest on a phone, too.
    """
    st.html(_STYLE)
    with st.container():
        with st.container(key=_WORDS):
            hint(words)
        yield


def controls(key: str, *, row: bool = True) -> DeltaGenerator:
    """Return a place for controls, in a `row` that wraps; on a phone it is below the result."""
    name = f"{_CONTROLS}-{key}"
    if not row:
        return st.container(key=name)
    return st.container(key=name, horizontal=True, vertical_alignment="bottom", gap="medium")


def words_of_result(key: str) -> DeltaGenerator:
    """Return a place for a sentence about the result: above it, and below it on a phone."""
    return st.container(key=f"{_CONTROLS}-{key}")


def stacked_columns(key: str, count: int) -> list[DeltaGenerator]:
    """Return columns that stand one below the other on screens narrower than 1,200 pixels."""
    with st.container(key=f"{_STACKED}-{key}"):
        return st.columns(count, gap="large")
