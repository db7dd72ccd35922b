"""Colours that a class can tell from the background."""

from __future__ import annotations

import pytest

from app.theme import (
    BASELINE_COLOR,
    DIGIT_COLORS,
    LINE_COLORS,
    MODEL_COLORS,
    OPTIMIZER_COLORS,
    model_color,
)
from core.tsne.optimizers import OPTIMIZERS
from models import MODELS


def _luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "color",
    [*LINE_COLORS, *MODEL_COLORS.values(), *OPTIMIZER_COLORS.values(), BASELINE_COLOR],
)
def test_lines_stand_out_from_both_backgrounds(color: str) -> None:
    for background in ("#ffffff", "#0e1117"):
        dark, light = sorted((_luminance(color), _luminance(background)))
        assert (light + 0.05) / (dark + 0.05) >= 3


def test_every_digit_has_a_colour_of_its_own() -> None:
    assert len(set(DIGIT_COLORS)) == 10


def test_every_model_has_a_colour_of_its_own() -> None:
    colors = [model_color(name) for name in MODELS]
    assert len({*colors, BASELINE_COLOR}) == len(MODELS) + 1


def test_every_optimiser_has_a_colour_of_its_own_that_no_digit_has() -> None:
    assert set(OPTIMIZER_COLORS) == set(OPTIMIZERS)
    assert len(set(OPTIMIZER_COLORS.values())) == len(OPTIMIZERS)
    assert not set(OPTIMIZER_COLORS.values()) & set(DIGIT_COLORS)
