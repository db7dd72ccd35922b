"""Colours that a class can tell from the background."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from app.theme import (
    BASELINE_COLOR,
    DIGIT_COLORS,
    LINE_COLORS,
    MODEL_COLORS,
    OPTIMIZER_COLORS,
    map_colors,
    model_color,
)
from core.tsne.optimizer_kinds import OPTIMIZERS
from core.tsne.optimizers import MAX_OPTIMIZERS
from models import MODELS

#: What red, green and blue of the light become for readers without one kind of cone.
#: Source: Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color
#: vision deficiency, IEEE TVCG 2009, severity 1.
_VISION = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}


def _perceived(color: str, vision: str) -> NDArray[np.float64]:
    """Lightness and two hues of a colour, in which distances are as they are seen (Oklab)."""
    code = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    axes = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    return axes @ np.cbrt(cones @ np.clip(_VISION[vision] @ light, 0, 1))


def _luminance(color: str) -> float:
    """Relative luminance as WCAG defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "color",
    [
        *LINE_COLORS,
        *MODEL_COLORS.values(),
        *OPTIMIZER_COLORS.values(),
        *map_colors(["sgd"] * 6),
        BASELINE_COLOR,
    ],
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


@pytest.mark.parametrize("vision", _VISION)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_six_maps_of_an_optimiser_have_colours_that_are_told_apart(
    optimizer: str, vision: str
) -> None:
    colors = [_perceived(color, vision) for color in map_colors([optimizer] * MAX_OPTIMIZERS)]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(colors, 2))
    assert nearest > 0.05, "a fiftieth is what eyes can just tell apart"


def test_a_further_map_of_an_optimiser_has_no_colour_of_another() -> None:
    colors = map_colors(["adam", "sgd", "adam", "sgd"])
    assert colors[:2] == [OPTIMIZER_COLORS["adam"], OPTIMIZER_COLORS["sgd"]]
    assert len(set(colors)) == 4
    assert not set(colors[2:]) & {*OPTIMIZER_COLORS.values(), *DIGIT_COLORS}
