"""Escaping texts from outside, so that Markdown shows them as they are."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|$~:])")


def escape_markdown(text: str) -> str:
    """Return the text with a backslash before each character that has a meaning in Markdown."""
    return _MARKS.sub(r"\\\1", text)
