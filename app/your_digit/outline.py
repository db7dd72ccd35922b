"""The photo that digits were found in, small, with an outline around what was taken for writing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from PIL import Image, ImageDraw

_SIDE, _LINE = 320, 3
#: The accent of the pages, and a grey of medium brightness: both stand out from light and dark.
_CHOSEN, _OTHER = (28, 130, 123), (128, 128, 128)

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
