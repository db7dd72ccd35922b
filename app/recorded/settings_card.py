"""The settings that a program has given for the run that it records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.ui.markdown import escape_markdown
from core.recorder.reading import settings_in_words

#: Characters of a value that the card shows.
_LONGEST = 200


def draw_settings(settings: Mapping[str, Any]) -> None:
    """Draw a table of the settings, as the program called them; nothing where there are none."""
    if not settings:
        return
    words = settings_in_words(settings)
    rows = [f"| {_cell(name)} | {_cell(text)} |" for name, text in words.items()]
    with st.container(border=True, key="recorded-settings"):
        st.markdown("\n".join(["| Setting | Value |", "|:--|:--|", *rows]))


def _cell(text: str) -> str:
    """Return a text as one cell of a table in Markdown."""
    line = " ".join(text.split())
    return escape_markdown(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…") or "–"
