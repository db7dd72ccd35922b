"""What is ink in a grey picture: lighting and noise removed, whichever way round it is.

A picture is turned so that ink is dark (`_stands_out_dark`). In a small copy the slow changes of
the light are estimated (`_lighting`), and the brightness that the paper has under whatever is
written on it (`_paper`). Ink is how much darker a place is than that, blurred until the noise is
low, above a threshold that follows both (`_ink_above`). Where the lines found so are thin, paper is
looked for once more, closer to them: shadows between them are then not taken for ink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.marks import find_marks

#: Brightness or ink at each place, (H, W), computed in single precision.
Grey = NDArray[np.floating]

#: Marks shorter than this share of a picture's longer side are specks.
SPECK = 0.025
#: The paper is looked for in a small copy, its longer side so long; no line is as thick as this
#: share of the longer side, and it is looked for as near as twice the thickness of lines.
_PAPER_SIDE, _THICKEST, _CLOSE = 96, 0.3, 2.0
#: In shares of the longer side: how far to look for what ink stands out from, and how far the
#: brightness of blank paper is averaged.
_AROUND, _SMOOTH = 0.12, 0.06
#: At least this share of a picture is paper; and the quantile of |N(0, 1)| at that share, by which
#: the quantile of the paper's noise gives its standard deviation.
_PAPER_SHARE, _QUANTILE_OF_NORMAL = 0.4, 0.5244
#: Ink is darker than the paper by so many deviations of the noise, by so much of the brightest
#: paper, and by so much of what ink is in this picture.
_DEVIATIONS, _LEAST_CONTRAST, _LEAST_SHARE = 5.0, 0.06, 0.35
#: Above this threshold a picture is blurred again, as often as that.
_NOISY, _MOST_BLURS = 0.15, 4


@dataclass(frozen=True, eq=False)
class Ink:
    """How much darker than the paper around it each place is, and from where on that is ink.

    `amount` is float32 (H, W), about 0 on paper, of a black mark on white paper 1; `smooth` is the
    same with less noise; `threshold` belongs to `smooth`.
    """

    amount: Grey
    smooth: Grey
    threshold: float

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Where ink is, (H, W)."""
        return self.smooth > self.threshold


def find_ink(picture: Image.Image, invert: bool | None = None) -> Ink:
    """The ink of a grey picture, dark on light paper (`invert`), light on dark, or as it looks."""
    grey = np.asarray(picture, np.float32) / 255
    small = _reduced(grey, _PAPER_SIDE)
    if not (_stands_out_dark(small) if invert is None else invert):
        grey, small = 1 - grey, 1 - small
    lighting = _lighting(small)
    widest = max(2, round(_THICKEST * max(small.shape) / 2))
    ink = _ink_above(_paper(small, lighting, widest), grey)
    # What is written small is told from shadows by looking for paper closer by.
    marks = find_marks(ink.mask, max(3.0, SPECK * max(grey.shape)))
    if marks:
        thin = float(np.quantile([mark.thickness for mark in marks], 0.25))
        closer = max(2, math.ceil(_CLOSE * thin * max(small.shape) / max(grey.shape)))
        if closer < widest:
            ink = _ink_above(_paper(small, lighting, closer), grey)
    return ink


def _ink_above(paper: Grey, grey: Grey) -> Ink:
    """The ink of a grey picture (H, W), dark on this paper, which may be given smaller."""
    paper = _enlarged(paper, grey.shape)
    brightest = max(float(paper[::4, ::4].max()), 0.05)
    # In shares of the paper's brightness, as a shadow dims both; but the dark beside a sheet is
    # mostly noise.
    amount = (paper - grey) / np.maximum(paper, brightest / 3)
    smooth = amount
    floor = math.inf
    for _ in range(min(_MOST_BLURS, 1 + max(grey.shape) // 100)):
        if floor > _NOISY:
            smooth = blurred(smooth)
            noise = float(np.quantile(np.abs(smooth[::2, ::2]), _PAPER_SHARE)) / _QUANTILE_OF_NORMAL
            floor = max(_DEVIATIONS * noise, _LEAST_CONTRAST)
    above = smooth[smooth > floor]
    level = float(np.square(above).sum() / above.sum()) if above.size else 0.0
    return Ink(amount, smooth, max(floor, _LEAST_SHARE * level))


def has_light_paper(picture: Image.Image) -> bool:
    """Whether the few places of a grey picture that stand out from what is around them are dark."""
    return _stands_out_dark(_reduced(np.asarray(picture, np.float32) / 255, _PAPER_SIDE))


def _stands_out_dark(small: Grey) -> bool:
    # The third moment: the edge of a shadow stands out as much on its light side as on its dark.
    rest = small - _mean_around(small, max(1, round(_AROUND * max(small.shape))))
    return float((rest * rest * rest).sum()) <= 0


def blurred(values: Grey) -> Grey:
    """The mean of the 3 × 3 places around each."""
    padded = np.pad(values, 1, mode="edge")
    rows = padded[:-2] + padded[1:-1] + padded[2:]
    return (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9


def _paper(small: Grey, lighting: Grey, radius: int) -> Grey:
    """The brightness of the paper at each place of a small picture, as if nothing were on it."""
    rest = small - lighting
    closed = _closed(rest, radius)
    # The brightest of many noisy places is brighter than paper: less the mean gap of what is blank.
    gap = closed - rest
    blank = (gap <= 2 * np.quantile(gap, _PAPER_SHARE)).astype(np.float32)
    around = max(1, round(_SMOOTH * max(small.shape)))
    mean_gap = _mean_around(gap * blank, around) / (_mean_around(blank, around) + 1e-3)
    return closed - mean_gap + lighting


def _lighting(grey: Grey) -> Grey:
    """The quadratic surface that most of a small picture lies on."""
    height, width = grey.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    values = grey.reshape(-1).astype(np.float64)
    weights = np.ones_like(values)
    # Least absolute deviations by reweighting: ink must not bend the surface.
    surface = values
    for _ in range(6):
        scaled = terms * weights[:, None]
        surface = terms @ np.linalg.solve(scaled.T @ terms + 1e-9 * np.eye(6), scaled.T @ values)
        weights = 1 / np.maximum(np.abs(values - surface), 0.01)
    return surface.reshape(height, width).astype(np.float32)


def _closed(grey: Grey, radius: int) -> Grey:
    """Without what is dark and thin: the brightest around each place, and of that the darkest."""
    # Beyond its edges a slope goes on as it is, else it would end in a dark rim.
    pad = [(min(2 * radius, side - 1),) * 2 for side in grey.shape]
    padded = np.pad(grey, pad, mode="reflect", reflect_type="odd")
    closed = -highest_around(-highest_around(padded, radius), radius)
    (top, _), (left, _) = pad
    return closed[top : top + grey.shape[0], left : left + grey.shape[1]]


def highest_around(values: Grey, radius: int) -> Grey:
    """The highest value in the square of 2 radius + 1 places around each, (H, W)."""
    found = np.pad(values, radius, mode="edge")
    for axis in (0, 1):
        found = found.swapaxes(0, axis)
        length, wanted = 1, 2 * radius + 1
        while length < wanted:  # of windows that grow, up to twice as long each time
            step = min(length, wanted - length)
            found = np.maximum(found[:-step], found[step:])
            length += step
        found = found.swapaxes(0, axis)
    return found


def _mean_around(values: Grey, radius: int) -> Grey:
    """The mean of the square of 2 radius + 1 places around each; beyond the rim is a mirror."""
    sums = np.cumsum(np.cumsum(np.pad(values, radius + 1, mode="symmetric"), 0, np.float64), 1)
    width = 2 * radius + 1
    total = sums[width:, width:] - sums[:-width, width:] - sums[width:, :-width]
    total += sums[:-width, :-width]
    return (total[:-1, :-1] / width**2).astype(np.float32)


def _reduced(grey: Grey, side: int) -> Grey:
    """A copy whose longer side is at most `side`, each value the mean of what it stands for."""
    height, width = grey.shape
    scale = min(1.0, side / max(grey.shape))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))


def _enlarged(grey: Grey, shape: tuple[int, ...]) -> Grey:
    image = Image.fromarray(np.ascontiguousarray(grey))
    return np.asarray(image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR))
