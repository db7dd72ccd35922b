"""The colours of figures, written once."""

from __future__ import annotations

from core.palette import DIGIT_COLORS

__all__ = ["DIGIT_COLORS", "LINE_COLORS"]

LINE_COLORS: tuple[str, ...] = (
    "#3f90da",
    "#e76300",
    "#c2348f",
    "#7a4ff0",
    "#8d8d76",
    "#9c543c",
)
"""Colours of a chart's lines, in order of use. Thin lines need more contrast than dots: each has at
least 3:1 against the light and the dark background, and neighbours differ under simulated
protanopia, deuteranopia and tritanopia."""
