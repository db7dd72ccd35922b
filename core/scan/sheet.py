"""The sheet of paper in a photo that also shows the table it lies on."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from core.scan.components import Mask, connected

Grey = NDArray[np.floating]

#: The sheet is looked for in a copy whose longer side is this long, in pixels.
_SIDE = 200
#: It covers at least this share of the picture.
_MIN = 0.15
#: At least this share of it is blank.
_BLANK = 0.7
#: It shares at least this part of the area that it and its quadrilateral cover together.
_ALIKE = 0.9
#: At most this share of what lies beside it is as bright: a strip of ruled paper is no sheet.
_BRIGHT = 0.3
#: The table covers at least this share of a side of the picture, at three sides or more.
_TABLE = 0.5
#: A table with more than this share of the sheet's brightness may be a shadow on the sheet. It must
#: be seen at all four sides.
_SHADOW = 0.35
#: This share of the longer side is left out inside of the sheet's edge.
_RIM = 0.012


class _Sheet(NamedTuple):
    """Where a sheet is in a small picture, the quadrilateral that it fills, and whether what lies
    beside it may be a shadow rather than a table."""

    places: Mask
    flat: Mask
    shaded: bool


def find_sheet(grey: Grey, invert: bool | None) -> Mask | None:
    """Return where a light sheet lies on a dark table, (H, W); None if there is none.

    Args:
        grey: The brightness of a picture, (H, W).
        invert: Whether the ink is dark on light paper; if it is light, the sheet is dark and the
            table light.
    """
    height, width = grey.shape
    scale = min(1.0, _SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Image.fromarray(grey).resize(size, Image.Resampling.BOX))
    if invert is False:
        small = 1 - small
    bright = _threshold(small)
    found = _sheet_above(small, bright)
    if found is None:
        return None
    if found.shaded:
        # What lies beside it may be the rest of the sheet, in a shadow, and brighter than a table.
        found = _sheet_above(small, _threshold(small[small <= bright])) or found
    sheet, flat = found.places, found.flat
    # Of the real sheet only what both agree on, and not its very edge.
    rim = max(1, round(_RIM * max(small.shape)))
    inner = ndimage.binary_erosion(sheet | flat, iterations=rim, border_value=1)
    image = Image.fromarray(inner).resize((width, height), Image.Resampling.NEAREST)
    return np.asarray(image, np.bool_)


def _sheet_above(small: Grey, bright: float) -> _Sheet | None:
    """Return the sheet that is brighter than this in a small picture; None if there is none."""
    labels, count = connected(small > bright)
    if not count:
        return None
    areas = np.bincount(labels.ravel())[1:]
    largest = labels == 1 + int(areas.argmax())
    sheet = np.asarray(ndimage.binary_fill_holes(largest))
    area = int(sheet.sum())
    if area < _MIN * sheet.size or largest.sum() < _BLANK * area or sheet.all():
        return None
    if (small[~sheet] > bright).mean() > _BRIGHT:
        return None
    sides = [~sheet[0], ~sheet[-1], ~sheet[:, 0], ~sheet[:, -1]]
    shadow = float(np.median(small[~sheet])) > _SHADOW * float(np.median(small[largest]))
    if sum(bool(side.mean() >= _TABLE) for side in sides) < (4 if shadow else 3):
        return None
    flat = _quadrilateral(sheet)
    if (flat & sheet).sum() < _ALIKE * (flat | sheet).sum():
        return None
    return _Sheet(sheet, flat, shadow)


def cover_table(grey: Grey, sheet: Mask) -> Grey:
    """Return a picture with the table as bright as the nearest part of the sheet, (H, W)."""
    height, width = grey.shape
    step = max(1, max(grey.shape) // _SIDE)
    size = (-(-width // step), -(-height // step))
    # The edge's own brightness may be noise, or ink: a mean of the sheet around it.
    inside, bright = (
        np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BOX))
        for values in (sheet.astype(np.float32), np.where(sheet, grey, 0))
    )
    share, mean = (ndimage.uniform_filter(values, 13) for values in (inside, bright))
    rows, columns = np.asarray(
        ndimage.distance_transform_edt(inside < 0.5, return_distances=False, return_indices=True)
    )
    around = (mean / np.maximum(share, 1e-3))[rows, columns]
    table = np.asarray(Image.fromarray(around).resize((width, height)))
    return np.where(sheet, grey, table)


def _threshold(small: Grey) -> float:
    """Return the brightness that divides a picture into the two most different classes.

    Source: Otsu, A threshold selection method from gray-level histograms, 1979.
    """
    counts, edges = np.histogram(small, bins=128, range=(0, 1))
    middles = (edges[:-1] + edges[1:]) / 2
    below, above = np.cumsum(counts), counts.sum() - np.cumsum(counts)
    sums = np.cumsum(counts * middles)
    means = sums / np.maximum(below, 1), (sums[-1] - sums) / np.maximum(above, 1)
    return float(edges[1 + int((below * above * (means[1] - means[0]) ** 2).argmax())])


def _quadrilateral(mask: Mask) -> Mask:
    """Return the quadrilateral between the outermost places of a mask in the four diagonals."""
    rows, columns = np.nonzero(mask)
    corners = []
    for down, across in ((-1, -1), (-1, 1), (1, 1), (1, -1)):
        place = int((down * rows + across * columns).argmax())
        corners.append((int(columns[place]), int(rows[place])))
    image = Image.new("1", (mask.shape[1], mask.shape[0]))
    ImageDraw.Draw(image).polygon(corners, fill=1, outline=1)
    return np.asarray(image, np.bool_)
