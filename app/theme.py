"""The colours of figures, written once."""

from __future__ import annotations

from core.export.palette import DIGIT_COLORS, OPTIMIZER_COLORS, map_colors

__all__ = [
    "BASELINE_COLOR",
    "DIGIT_COLORS",
    "LINE_COLORS",
    "MODEL_COLORS",
    "OPTIMIZER_COLORS",
    "YARDSTICK_COLOR",
    "map_colors",
    "model_color",
    "value_colors",
]

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

MODEL_COLORS: dict[str, str] = {
    "compression": "#3f90da",
    "denoising": "#e76300",
    "sparse": "#8a5cf0",
    "vae": "#149184",
}
"""The colour of each model on every page, chart and card, by its name in `models.MODELS`."""

BASELINE_COLOR = "#7a8486"
"""The colour of what a model is compared with, such as doing nothing; drawn dashed."""

YARDSTICK_COLOR = "#9c543c"
"""The colour of what needs no training, PCA and the mean picture; drawn dashed."""


def model_color(name: str) -> str:
    """Return the colour of a model; one that has none yet gets a line colour of no other model."""
    return MODEL_COLORS.get(name, LINE_COLORS[2])


_VALUE_COLORS = ("#3f90da", "#7a4ff0", "#c2348f", "#e76300")


def value_colors(count: int) -> list[str]:
    """Return colours for ordered values, from blue over violet to orange.

    Each lies between two of `LINE_COLORS`, so that all have at least their contrast of 3:1.
    """
    stops = [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in _VALUE_COLORS]
    found: list[str] = []
    for position in range(count):
        place = position / max(count - 1, 1) * (len(stops) - 1)
        left = min(int(place), len(stops) - 2)
        pairs = zip(stops[left], stops[left + 1], strict=True)
        mixed = [round(a + (b - a) * (place - left)) for a, b in pairs]
        found.append("#" + "".join(f"{channel:02x}" for channel in mixed))
    return found
