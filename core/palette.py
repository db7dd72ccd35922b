"""The colours of the ten digits, for pages and exported files alike."""

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
