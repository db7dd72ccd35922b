"""Find the strokes of digits in a picture's ink, without specks, frames and the edges of paper."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from core.scan.components import Component, connected_components
from core.scan.filters import blurred, highest_around
from core.scan.ink import SPECK, Ink
from core.scan.picture_file import PictureError
from core.scan.underlines import find_underlines

#: At most this many strokes are taken: a picture of digits has fewer, one of noise or print far
#: more.
MAX_STROKES = 200
#: A component shorter than this share of the longest stroke is a speck.
_SPECK_BESIDE = 0.2
#: One shorter than this share of the longest stroke is a speck too
_SHORT = 0.5
#: if a piece of it has less than this share of the ink of an equally long piece of the most inky
#: stroke.
_FAINT = 0.35
#: A component thicker than this share of its length is a blob.
_BLOB = 0.4
#: A component that covers this share of a side of the picture is no stroke.
_WHOLE = 0.9
#: If there are others, a component at a side is an edge if it lies along the side with this share
#: of its length.
_ALONG = 0.5
#: It is an edge too if it reaches across this share of the picture.
_ACROSS = 0.5
#: A stroke has lighter paper along at least this share of its outline.
_LIT = 0.7
#: Paper there is lighter than the stroke by at least this share of the usual difference.
_LIGHTER = 0.4
#: If less than this share of the ink is in components and the rest in specks, all of it is noise.
_IN_MARKS = 0.5
#: A component that encloses another of at least this share of its own size is a frame.
_ENCLOSED = 0.2


def find_strokes(ink: Ink, name: str = "The picture") -> list[Component]:
    """Return the strokes of the digits in a picture, connected parts of its ink; at least one.

    Raises:
        PictureError: there is none, or more than `MAX_STROKES`.
    """
    height, width = ink.mask.shape
    components = connected_components(ink.mask, max(3.0, SPECK * max(height, width)))
    if len(components) > MAX_STROKES:
        raise PictureError(
            f"{name} shows {len(components)} separate marks, at most {MAX_STROKES} are looked "
            "at; crop it to the digits."
        )
    if sum(len(component.rows) for component in components) < _IN_MARKS * np.count_nonzero(
        ink.mask
    ):
        components = []
    components = [
        component
        for component in components
        if component.thickness <= _BLOB * component.size
        and max(_along_sides(component, width, height)) < _WHOLE
        and not _is_frame(component, components)
        and _has_paper_around(component, ink)
    ]
    components = _without_specks(components, ink)
    if inner := [component for component in components if not _is_edge(component, width, height)]:
        components = _without_specks(inner, ink)
    if not components:
        raise PictureError(
            f"{name} shows no digit, since nothing in it stands out like a stroke of a pen; write "
            "larger, or with more contrast."
        )
    return components


def only_writing(ink: Ink) -> Ink:
    """Return the ink without frames around digits and without lines under digits."""
    least = max(3.0, SPECK * max(ink.mask.shape))
    # A frame may be paler than writing.
    components = [
        component
        for component in connected_components(ink.smooth > ink.floor, least)
        if component.size > 2 * least
    ]
    if len(components) <= MAX_STROKES and (
        frames := [m for m in components if _is_frame(m, components)]
    ):
        places = np.zeros(ink.mask.shape, np.bool_)
        for frame in frames:
            places[frame.rows, frame.columns] = True
        ink = ink.without(places)
    under = find_underlines(ink.mask)
    return ink if under is None else ink.without(under)


def _without_specks(components: list[Component], ink: Ink) -> list[Component]:
    """Return the components that are long enough for strokes, the short ones if they are inky."""
    if not components:
        return []
    longest = max(component.size for component in components)
    amounts = [
        float(ink.smooth[component.rows, component.columns].sum()) for component in components
    ]
    # The ink of each pixel of their lengths.
    along = [
        component.thickness * amount / len(component.rows)
        for component, amount in zip(components, amounts, strict=True)
    ]
    least = _FAINT * along[int(np.argmax(amounts))]
    return [
        component
        for component, here in zip(components, along, strict=True)
        if component.size >= (_SPECK_BESIDE if here >= least else _SHORT) * longest
    ]


def _along_sides(component: Component, width: int, height: int) -> tuple[float, float]:
    """Return the shares of an upright and of a level side of a picture that a component covers."""
    rows, columns = component.rows, component.columns
    upright = max(np.count_nonzero(columns == 0), np.count_nonzero(columns == width - 1))
    level = max(np.count_nonzero(rows == 0), np.count_nonzero(rows == height - 1))
    return upright / height, level / width


def _is_frame(component: Component, components: list[Component]) -> bool:
    """Return whether a component encloses one that is no speck, as a box and a sheet's edge do."""
    left, top, right, bottom = component.box
    inside = [
        other
        for other in components
        if other.size >= _ENCLOSED * component.size
        and left < other.box[0]
        and top < other.box[1]
        and other.box[2] < right
        and other.box[3] < bottom
    ]
    if not inside:
        return False
    line = np.zeros((bottom - top + 4, right - left + 4), np.bool_)
    line[component.rows - top + 2, component.columns - left + 2] = True
    closed = np.asarray(ndimage.binary_fill_holes(ndimage.binary_dilation(line, np.ones((3, 3)))))
    return any(
        bool(np.all(closed[other.rows - top + 2, other.columns - left + 2])) for other in inside
    )


def _has_paper_around(component: Component, ink: Ink) -> bool:
    """Return whether a component is darker than its surroundings on all of its sides.

    The edge of a shadow is darker on one side only, a mark that the picture cuts off on its inner
    side only, and noise on none.
    """
    reach = max(2, round(component.thickness / 2))
    left, top, right, bottom = component.box
    height, width = ink.grey.shape
    pad = 2 * reach + 1
    rows = slice(max(0, top - pad), min(height, bottom + pad))
    columns = slice(max(0, left - pad), min(width, right + pad))
    # Nothing is lighter beyond the picture.
    margins = (
        (rows.start - top + pad, bottom + pad - rows.stop),
        (columns.start - left + pad, right + pad - columns.stop),
    )
    inside = np.zeros((bottom - top + 2 * pad, right - left + 2 * pad), np.float32)
    inside[component.rows - top + pad, component.columns - left + pad] = 1
    around = (highest_around(inside, reach) > 0) & (highest_around(inside, reach - 1) == 0)
    around &= ~np.pad(ink.mask[rows, columns], margins)
    grey = np.pad(blurred(ink.grey[rows, columns]), margins)
    darkest = -highest_around(np.where(inside > 0, -grey, -2), 2 * reach)
    lighter = (grey[around] - darkest[around]) / np.maximum(grey[around], 0.05)
    seen = np.pad(
        np.ones((rows.stop - rows.start, columns.stop - columns.start), np.bool_), margins
    )
    if not (seen := seen[around]).any():
        return False
    usual = max(float(np.quantile(lighter[seen], 0.9)), ink.floor)
    return float(np.mean(seen & (lighter > _LIGHTER * usual))) >= _LIT


def _is_edge(component: Component, width: int, height: int) -> bool:
    """Return whether a component looks like the edge of a sheet or table at the picture's side."""
    upright, level = _along_sides(component, width, height)
    if not (upright or level):
        return False
    left, top, right, bottom = component.box
    across = right - left >= _ACROSS * width or bottom - top >= _ACROSS * height
    return across or max(upright * height, level * width) >= _ALONG * component.size
