"""Places in latent spaces as addresses write them; the components' browser code writes them."""

from __future__ import annotations

from app.components.latent import Pick
from app.links.values import numbers_in, quoted

#: Dimensions of a code that an address may move.
_MAX_MOVED = 256
#: Beyond this a coordinate is no place of a map.
_FAR = 1e6


def read_point(text: str) -> tuple[float, float]:
    """Return a point of a square with sides of length 1, such as `0.25_0.8`.

    Raises:
        ValueError: it is none.
    """
    x, y = _pair(text)
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError(f"at (={quoted(text)}) in the address is no point of the square.")
    return x, y


def read_pick(text: str) -> Pick:
    """Return a click on a map: `p57` on the digit of that index, `1.2_-0.5` on a place.

    Raises:
        ValueError: it is none.
    """
    if text[:1] == "p" and text[1:].isascii() and text[1:].isdecimal() and len(text) < 8:
        return Pick(x=0.0, y=0.0, point=int(text[1:]))
    x, y = _pair(text)
    if max(abs(x), abs(y)) > _FAR:
        raise ValueError(f"at (={quoted(text)}) in the address is no place of the map.")
    return Pick(x=x, y=y, point=None)


def read_moved(text: str) -> dict[int, float]:
    """Return the numbers of a code that were moved, by their dimensions: `3_1.25_7_-0.5`.

    Raises:
        ValueError: it is none.
    """
    try:
        numbers = numbers_in(text, 2 * _MAX_MOVED)
    except ValueError as error:
        raise ValueError(f"z in the address: {error}") from None
    dimensions = numbers[::2]
    if len(numbers) % 2 or not all(0 <= each < _MAX_MOVED for each in dimensions):
        raise ValueError(f"z (={quoted(text)}) in the address names no dimensions of a code.")
    return {int(each): value for each, value in zip(dimensions, numbers[1::2], strict=True)}


def _pair(text: str) -> tuple[float, float]:
    try:
        x, y = numbers_in(text, 2)
    except ValueError:
        raise ValueError(f"at (={quoted(text)}) in the address is no place.") from None
    return x, y
