"""The colours of figures, written once."""

from __future__ import annotations

DIGIT_COLORS: tuple[str, ...] = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
"""One colour per digit class, index = digit. Petroff's ten, made to stay apart for readers with a
colour-vision deficiency (arXiv:2107.02270)."""

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
