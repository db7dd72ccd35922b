"""A small copy of the photo in which digits were found, with an outline around each of them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from PIL import Image, ImageDraw

#: The longer side of the small copy, in pixels.
_SIDE = 320
#: The width of an outline, in pixels.
_LINE = 3
#: The accent of the pages: it stands out from light and from dark.
_CHOSEN = (28, 130, 123)
#: A grey of medium brightness, which also stands out from light and from dark.
_OTHER = (128, 128, 128)

Box = tuple[int, int, int, int]


def outlined(picture: Image.Image, boxes: Sequence[Box], chosen: int) -> Image.Image:
    """Return a small copy of a picture with a rectangle around each box, one chosen."""
    small = picture.convert("RGB")
    small.thumbnail((_SIDE, _SIDE))
    scale = small.width / picture.width
    draw = ImageDraw.Draw(small)
    for number, (left, top, right, bottom) in enumerate(boxes):
        place = (
            max(0, left * scale - _LINE - 1),
            max(0, top * scale - _LINE - 1),
            min(small.width - 1, right * scale + _LINE),
            min(small.height - 1, bottom * scale + _LINE),
        )
        draw.rectangle(place, outline=_CHOSEN if number == chosen else _OTHER, width=_LINE)
    return small


def draw_outline(picture: Image.Image, boxes: Sequence[Box], chosen: int, *, unclear: bool) -> None:
    """Draw the photo with its outlines; ask what paper it is if that is unclear."""
    st.image(
        outlined(picture, boxes, chosen),
        caption="Outlined: what was read as writing. Crop the picture if that is wrong.",
    )
    if unclear:
        st.warning(
            "This photo does not show clearly whether the paper is light or dark. If the digit "
            "looks wrong, choose **Light paper** or **Dark paper** under Paper.",
            icon=":material/help:",
        )
