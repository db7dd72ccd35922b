"""Texts from outside, shown as they are."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:])")


def escape_markdown(text: str) -> str:
    """The text with a backslash before all that Markdown reads as more than a character."""
    return _MARKS.sub(r"\\\1", text)
