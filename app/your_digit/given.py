"""A digit of the visitor's own: drawn, from a file, from the camera, or a test digit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st
import torch
from PIL import Image
from streamlit.runtime.uploaded_file_manager import UploadedFile
from torch import Tensor

from app.components.canvas import canvas, render
from app.components.digit_tiles import TileRow, digit_tiles
from app.digits.single import choose_digit
from app.ui.choice import choose_one
from app.ui.images import to_uint8
from app.ui.markdown import escape_markdown
from app.your_digit.outline import draw_outline
from core.data.data_sets import DATA_SETS, MNIST
from core.scan.components import Box
from core.scan.find_digits import find_digits
from core.scan.ink import paper_is_unclear
from core.scan.normalise import from_drawing, just_resized
from core.scan.picture_file import MAX_BYTES, PictureError, open_picture

#: The ways to give a digit.
DRAW = "Draw"
UPLOAD = "Upload"
CAMERA = "Camera"
TEST = "Test digit"
#: Where the drawing is in `st.session_state`.
DRAWING = "digit:drawing"
#: Where the chosen way is in `st.session_state`.
_WAY = "digit:way"
MEGABYTES = MAX_BYTES // 1_000_000
MAX_FILES = 20
#: The longer side of a picture that is kept to be shown.
_KEPT_SIDE = 640
#: What a visitor can say about the paper.
_AUTOMATIC = "Automatic"
_LIGHT = "Light paper"
_DARK = "Dark paper"
_INVERT = {_AUTOMATIC: None, _LIGHT: True, _DARK: False}

#: What to do while there is no digit yet, by where it is to come from.
_INVITATIONS = {
    DRAW: "**Draw a digit** in the black square. What the models make of it appears here as soon "
    "as you lift the pen; you can also bring a picture, or take a test digit.",
    UPLOAD: "**Upload a picture** with a digit on it, handwritten and with some room around it. "
    "What the models make of it appears here as soon as a digit is found.",
    CAMERA: "**Photograph a digit** on paper, written large with a dark pen. What the models make "
    "of it appears here as soon as one is found; without a camera, draw it or upload a picture.",
}


@dataclass(frozen=True, eq=False)
class Place:
    """A picture, the boxes of all digits found in it, which of them is meant, and whether it was
    unclear if the paper is light."""

    picture: Image.Image
    boxes: list[Box]
    number: int
    unclear: bool


@dataclass(frozen=True, eq=False)
class Prepared:
    """A digit in both ways in which a picture can become 28x28 pixels, each (784,) in [0, 1].

    `resized` is None for a digit that came as 28x28 pixels; `found` is where a digit of a picture
    was found, None for others.
    """

    name: str
    pixels: Tensor
    resized: Tensor | None
    found: Place | None = None


def invitation() -> str:
    """Return what to do, in Markdown, after `choose_input` has returned no digit."""
    return _INVITATIONS[st.session_state.get(_WAY) or DRAW]  # a client may send none of them


def choose_input() -> Prepared | None:
    """Draw the controls, and return the digit that they lead to; None while there is none."""
    way = choose_one(
        "Where from",
        [DRAW, UPLOAD, CAMERA, TEST],
        default=DRAW,
        key=_WAY,
        link="way",
        label_visibility="collapsed",
        persist_state="session",
    )
    if way == DRAW:
        strokes = canvas(
            key=DRAWING, description="A square to draw a digit in, white on black, with the mouse."
        )
        if not strokes:
            return None
        drawing = render(strokes)
        try:
            # White ink on black, whatever is drawn: a full square is no sheet of paper.
            pixels = from_drawing(drawing, invert=False, name="The drawing")
        except PictureError as error:
            st.warning(str(error))
            return None
        return Prepared("your drawing", pixels, just_resized(drawing, invert=False))
    if way == TEST:
        chosen = choose_digit("Digit", "digit:test", DATA_SETS[MNIST], label=3, link="digits")
        return Prepared(chosen.names[0], chosen.pixels[0], None)
    paper = choose_one(
        "Paper",
        list(_INVERT),
        default=_AUTOMATIC,
        key="digit:paper",
        persist_state="session",
        help="MNIST's digits are white on black. Dark ink on light paper is turned around; say "
        "which it is where the automatic choice is wrong.",
    )
    if way == CAMERA:
        photo = st.camera_input("Hold a digit on paper before the camera", key="digit:camera")
        st.caption(
            "Browsers open the camera only for this computer's own lab (localhost) or over https. "
            "On a phone, **Upload** takes a photo too."
        )
        return _choose_found([photo] if photo else [], _INVERT[paper])
    files = st.file_uploader(
        "Pictures of digits, one or several on each",
        # Of any type: what cannot be read gets a sentence of ours.
        accept_multiple_files=True,
        key="digit:files",
        help=f"PNG, JPEG, WebP, BMP or GIF, up to {MEGABYTES} MB each. They stay in the server's "
        "memory and are not stored.",
    )
    return _choose_found(files, _INVERT[paper])


def _choose_found(files: Sequence[UploadedFile], invert: bool | None) -> Prepared | None:
    """Return the chosen one of the digits found in the files, the newest first at first."""
    found: list[Prepared] = []
    newest = 0
    if len(files) > MAX_FILES:
        st.warning(f"{len(files)} pictures are more than {MAX_FILES}; the oldest are left out.")
    for file in files[-MAX_FILES:]:
        try:
            of_file = _found_in(file, invert)
            newest = len(found)
            found += of_file
        except PictureError as error:
            st.warning(
                escape_markdown(str(error))
            )  # it names the file, which anybody may have named
    if not found:
        return None
    if len(found) == 1:
        return _outlined(found[0])
    picked = digit_tiles(
        [
            TileRow(
                title="Found; pick one",
                pictures=to_uint8(torch.stack([digit.pixels for digit in found])),
            )
        ],
        # Another key with other files: what was picked of those is another digit here.
        key=f"digit:found:{hash(tuple(file.file_id for file in files))}",
        description="The digits that were found in the pictures.",
        names=[digit.name for digit in found],
        pickable=True,
        first=newest,
        per_line=8,
        per_line_narrow=4,
    )
    return _outlined(found[newest if picked is None else picked])


def _outlined(digit: Prepared) -> Prepared:
    """Draw where the digit was found, and return it."""
    if digit.found is not None:
        place = digit.found
        draw_outline(place.picture, place.boxes, place.number, unclear=place.unclear)
    return digit


def _found_in(file: UploadedFile, invert: bool | None) -> list[Prepared]:
    """Return the digits in one file; they are searched for once and kept for the visit.

    Raises:
        PictureError: it is no picture, or there is no digit in it.
    """
    known = st.session_state.setdefault("digit:known", {})
    key = (file.file_id, invert)
    if key not in known:
        while len(known) >= 2 * MAX_FILES:
            known.pop(next(iter(known)))
        picture = open_picture(file.getvalue(), file.name)
        digits = find_digits(picture, invert=invert, name=file.name)
        unclear = invert is None and paper_is_unclear(picture)
        small = picture.copy()
        small.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
        scale = small.width / picture.width
        boxes = [_scaled(digit.box, scale) for digit in digits]
        known[key] = [
            Prepared(
                f"digit {number} of {file.name}" if len(digits) > 1 else file.name,
                digit.pixels,
                just_resized(_around(picture, digit.box, len(digits)), invert),
                Place(small, boxes, number - 1, unclear),
            )
            for number, digit in enumerate(digits, 1)
        ]
    return known[key]


def _scaled(box: Box, scale: float) -> Box:
    left, top, right, bottom = (round(scale * side) for side in box)
    return left, top, right, bottom


def _around(picture: Image.Image, box: tuple[int, int, int, int], count: int) -> Image.Image:
    """Return the part of a picture around one digit: all of it if there is only one digit."""
    if count == 1:
        return picture
    left, top, right, bottom = box
    margin = max(right - left, bottom - top) // 4
    return picture.crop((left - margin, top - margin, right + margin, bottom + margin))
