"""Find the ink in a grey picture, dark on light or light on dark, under uneven light and noise.

A picture is turned so that ink is dark (`_stands_out_dark`). In a small copy the slow changes of
the light are estimated (`_lighting`), and the brightness that the paper has under whatever is
written on it (`_paper`). Ink is how much darker a place is than that, blurred until the noise is
low, above a threshold that follows both (`_ink_above`). Where the lines found so are thin, the
paper is estimated once more, close to them and in a large copy: the edge of a shadow, which is
dark on one side only, is then no ink.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from core.scan.components import Mask, connected_components
from core.scan.filters import Grey, blurred, closed, enlarged, mean_around, reduced
from core.scan.rules import remove_rules
from core.scan.sheet import cover_table, find_sheet

#: Marks shorter than this share of a picture's longer side are specks.
SPECK = 0.025
#: The longer side of the small copy in which the paper is looked for, in pixels.
_PAPER_SIDE = 96
#: No line is as thick as this share of the longer side.
_THICKEST = 0.3
#: The longer side of the copy in which paper close to thin lines is looked for, at most, in pixels.
_CLOSE_SIDE = 800
#: The radius of the window there, in multiples of the lines' thickness.
_CLOSE = 1.25
#: The same if the thickness is that of the thinner components.
_CLOSE_TO_MARKS = 2.0
#: The longer side of the copy in which the thickness of lines is found, in pixels.
_WIDTHS_SIDE = 128
#: The radii of the windows that are tried there, in pixels.
_WIDTHS = (1, 2, 3, 4, 6, 8, 11, 15, 19)
#: A place is dark if it has at least this share of the typical darkness.
_DARK = 0.75
#: A window finds nearly all that is dark if it finds this share of what the largest one finds.
_NEARLY = 0.9
#: A place stands out from the mean within this radius, in shares of the longer side.
_AROUND = 0.12
#: The brightness of blank paper is averaged within this radius, in shares of the longer side.
_SMOOTH = 0.06
#: It is unclear whether a picture is light or dark if `_lightness` is nearer to 0 than this.
_UNCLEAR = 0.15
#: At least this share of a picture is paper.
_PAPER_SHARE = 0.4
#: The quantile of |N(0, 1)| at that share. The same quantile of the paper's noise, divided by it,
#: is the noise's standard deviation.
_QUANTILE_OF_NORMAL = 0.5244
#: The ink threshold is the largest of three values: this many standard deviations of the noise,
_DEVIATIONS = 5.0
#: this share of the paper's brightness,
_LEAST_CONTRAST = 0.06
#: and this share of the picture's typical ink.
_LEAST_SHARE = 0.35
#: Paper counts as at least this bright, as a share of the brightest paper
_DIM = 0.2
#: and, where the thickness of lines is looked for, as at least this bright.
_DIM_AROUND_INK = 0.5
#: A picture is blurred again while the larger of the first two values is above this.
_NOISY = 0.15
#: It is blurred at most this many times.
_MAX_BLURS = 4


@dataclass(frozen=True, eq=False)
class Ink:
    """How much darker than the paper around it each place is, and from where on that is ink.

    `amount` is float32 (H, W), about 0 on paper, of a black mark on white paper 1; `smooth` is the
    same with less noise; `threshold` belongs to `smooth`, as does `floor`, above which it is no
    noise. `grey` is the picture itself, turned so that ink is dark.
    """

    amount: Grey
    smooth: Grey
    threshold: float
    floor: float
    grey: Grey

    @property
    def mask(self) -> Mask:
        """Where ink is, (H, W)."""
        return self.smooth > self.threshold

    def without(self, places: Mask) -> Ink:
        """Return the ink with blank paper at some places."""
        amount, smooth = (np.where(places, 0, values) for values in (self.amount, self.smooth))
        return replace(self, amount=amount, smooth=smooth)


def find_ink(picture: Image.Image, invert: bool | None = None, *, bare: bool = False) -> Ink:
    """Return the ink of a grey picture: of the sheet of paper in it, without the paper's rules.

    Args:
        picture: Grey, as `open_picture` gives it.
        invert: Whether the ink is dark on light paper; None finds out from the picture.
        bare: Whether all of the picture is plain paper, such as a drawing's: no table, no rules.
    """
    grey = np.asarray(picture, np.float32) / 255
    sheet = None if bare else find_sheet(grey, invert)
    if sheet is not None:
        grey = cover_table(grey, sheet)
        invert = invert is not False
    small = reduced(grey, _PAPER_SIDE)
    if not (_stands_out_dark(small) if invert is None else invert):
        grey, small = 1 - grey, 1 - small
    radius = _radius_around_ink(grey)
    if radius is None:
        widest = max(2, round(_THICKEST * max(small.shape) / 2))
        ink = _ink_above(_paper(small, _lighting(small), widest), grey, sheet, bare=bare)
        # What is written small beside the corner of a shadow is thinner than that.
        components = connected_components(ink.mask, max(3.0, SPECK * max(grey.shape)))
        if not components:
            return ink
        thin = float(np.quantile([component.thickness for component in components], 0.25)) / max(
            grey.shape
        )
        radius = _CLOSE_TO_MARKS * thin
        if radius >= _THICKEST / 2:
            return ink
    # Close to lines paper is as good as level.
    large = blurred(reduced(grey, _CLOSE_SIDE))
    closer = max(2, math.ceil(radius * max(large.shape)))
    paper = _paper(large, np.zeros_like(large), closer)
    return _ink_above(paper, grey, sheet, bare=bare)


def _radius_around_ink(grey: Grey) -> float | None:
    """Return the radius around lines in which paper is found, as a share of the longer side.

    It is None if the lines are so thick that paper must be looked for all over the picture.
    A closing with a small window fills only thin lines, and one with a larger window thick lines
    too; none fills the dark side of a shadow's edge. The window sought is the smallest that fills
    nearly all that the largest one fills.
    """
    small = blurred(reduced(grey, _WIDTHS_SIDE))
    radii = [r for r in _WIDTHS if r <= _THICKEST / 2 * max(small.shape)]
    if not radii:
        return None
    dark = []
    for radius in radii:
        filled = closed(small, radius)
        dark.append((filled - small) / _not_dim(filled, _DIM_AROUND_INK))
    level = float(np.square(dark[-1]).sum() / np.maximum(dark[-1].sum(), 1e-6))
    widest = dark[-1]
    upper = float(np.quantile(widest[widest >= min(level, float(widest.max()))], 0.9))
    most = widest >= max(_DARK * upper, 1e-6)
    whole = float(widest[most].sum())
    enough = next(
        r for r, of in zip(radii, dark, strict=True) if float(of[most].sum()) >= _NEARLY * whole
    )
    share = _CLOSE * (2 * enough + 1) / max(small.shape)
    return share if share < _THICKEST / 2 else None


def _ink_above(paper: Grey, grey: Grey, sheet: Mask | None, *, bare: bool) -> Ink:
    """Return the ink of a grey picture (H, W) on this paper, which may be a smaller copy."""
    paper = enlarged(paper, grey.shape)
    # In shares of the paper's brightness, as a shadow dims both.
    amount = (paper - grey) / _not_dim(paper, _DIM)
    smooth = amount
    floor = math.inf
    for _ in range(min(_MAX_BLURS, 1 + max(grey.shape) // 100)):
        if floor > _NOISY:
            smooth = blurred(smooth)
            floor = max(_DEVIATIONS * _noise(smooth), _LEAST_CONTRAST)
    if not bare:
        ruled = remove_rules(smooth, floor, sheet)
        if ruled is not None:
            amount, smooth = np.where(ruled, 0, amount), np.where(ruled, 0, smooth)
    above = smooth[smooth > floor]
    level = float(np.square(above).sum() / above.sum()) if above.size else 0.0
    return Ink(amount, smooth, max(floor, _LEAST_SHARE * level), floor, grey)


def _not_dim(paper: Grey, share: float) -> Grey:
    """Return the brightness of paper (H, W), at least this share of the brightest.

    What is darker than that is mostly noise, which would count as ink in shares of the paper.
    """
    return np.maximum(paper, max(share * float(paper[::4, ::4].max()), 0.05))


def _noise(smooth: Grey) -> float:
    """Return the standard deviation of the noise of a picture, most of which is blank."""
    every = 2 + max(smooth.shape) // 400
    spread = float(np.quantile(np.abs(smooth[::every, ::every]), _PAPER_SHARE))
    # A regular pattern, such as print, shows only in differences.
    steps = np.abs(smooth[3::every, ::every] - smooth[:-3:every, ::every])
    change = float(np.quantile(steps, _PAPER_SHARE)) / math.sqrt(2) if steps.size else 0.0
    return max(spread, change) / _QUANTILE_OF_NORMAL


def has_light_paper(picture: Image.Image) -> bool:
    """Return whether the few places of a grey picture that stand out from the rest are dark."""
    return _stands_out_dark(reduced(np.asarray(picture, np.float32) / 255, _PAPER_SIDE))


def paper_is_unclear(picture: Image.Image) -> bool:
    """Return whether light and dark places of a grey picture stand out about equally."""
    return abs(_lightness(reduced(np.asarray(picture, np.float32) / 255, _PAPER_SIDE))) < _UNCLEAR


def _stands_out_dark(small: Grey) -> bool:
    return _lightness(small) <= 0


def _lightness(small: Grey) -> float:
    """Return whether light (1) or dark (−1) places of a small picture stand out, or both (0)."""
    # A lamp close by is brightest in one place, which is no writing.
    level = small - _lighting(small)
    # The third moment: the edge of a shadow stands out as much on its light side as on its dark.
    rest = level - mean_around(level, max(1, round(_AROUND * max(small.shape))))
    cubes = rest * rest * rest
    return float(cubes.sum() / max(float(np.abs(cubes).sum()), 1e-12))


def _paper(grey: Grey, lighting: Grey, radius: int) -> Grey:
    """Return the brightness of the paper at each place of a picture, as if nothing were on it."""
    rest = grey - lighting
    filled = closed(rest, radius)
    # The brightest of many noisy places is brighter than paper: less the mean gap of what is blank.
    gap = filled - rest
    blank = (gap <= 2 * np.quantile(gap[::2, ::2], _PAPER_SHARE)).astype(np.float32)
    around = max(1, round(_SMOOTH * max(grey.shape)))
    mean_gap = mean_around(gap * blank, around) / (mean_around(blank, around) + 1e-3)
    return filled - mean_gap + lighting


def _lighting(grey: Grey) -> Grey:
    """Return the quadratic surface that fits the brightness of most of a small picture."""
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
