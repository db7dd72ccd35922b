"""Pictures that change under a slider, in the browser: a frame is shown without asking Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.components.download import SaveAs, saving
from app.components.in_address import InAddress, address_data, key_in_address
from app.components.message import pack
from app.components.mount import browser_component

_mount = browser_component(
    "latent_lab_film",
    "film/film.js",
    html="film/film.html",
    css=("shared/range.css", "shared/slider_head.css", "film/film.css"),
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Strip:
    """One picture per frame, and how it is shown.

    `frames` are levels, uint8 (F, H, W). As `grey`, 0 is black; as `diverging`, 128 is zero, less
    is blue and more is orange, 1 and 255 as strong as each other; as `heat`, 0 is dark violet and
    255 yellow. `ends` are the numbers that the lowest and the highest level stand for, written
    beside a bar of the colours. Without `max_width`, in CSS pixels, a picture fills the width;
    those with one stand side by side where there is room. A pixel of a picture is a whole number of
    CSS pixels wide. With `cell`, a picture is a row of cells so many pixels wide, of which the last
    lacks its gap: where there is no room for two CSS pixels a pixel, as on a phone, it is cut
    between two cells, and its parts are put below each other.
    """

    title: str
    frames: NDArray[np.uint8]
    colors: Literal["grey", "diverging", "heat"] = "grey"
    caption: str = ""
    max_width: int | None = None
    cell: int | None = None
    ends: tuple[str, str] | None = None


def film(
    strips: Sequence[Strip],
    *,
    labels: Sequence[str],
    key: str,
    description: str,
    slider_label: str = "Epoch",
    start: int = -1,
    frames_per_second: float = 4,
    bounce: bool = False,
    save_as: SaveAs | None = None,
    link: InAddress[int] | None = None,
) -> None:
    """Draw the strips under one slider and a button that plays them.

    The frames travel to the browser once, one byte per pixel, and the position stays there: neither
    dragging nor playing runs the script. New pictures in the same number of frames, or more frames
    behind the same ones, leave a visitor at the frame they chose.

    Args:
        strips: What is shown; all switch together.
        labels: What each frame is called, as many as there are frames.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        slider_label: What the slider moves through.
        start: The frame shown at first; negative counts from the end. Where the visitor has moved
            the slider, only another `start` moves it away.
        frames_per_second: How fast it plays.
        bounce: Whether it plays on from the end back to the first frame and stops there, instead
            of stopping at the end. Never so for visitors who asked their system for less motion.
        save_as: How the PNG of the frame shown and the GIF of all frames are called; None for no
            buttons.
        link: What the page's address says of the frame; the browser keeps it up to date.

    Raises:
        ValueError: If the strips and labels differ in the number of frames, or pictures are no
            uint8 (F, H, W), or there is no frame `start`.
    """
    data = payload(
        strips,
        labels=labels,
        description=description,
        slider_label=slider_label,
        start=start,
        frames_per_second=frames_per_second,
        bounce=bounce,
        save_as=save_as,
        link=link,
    )
    _mount(key=key_in_address(key, link), data=data)


def payload(
    strips: Sequence[Strip],
    *,
    labels: Sequence[str],
    description: str,
    slider_label: str = "Epoch",
    start: int = -1,
    frames_per_second: float = 4,
    bounce: bool = False,
    save_as: SaveAs | None = None,
    link: InAddress[int] | None = None,
) -> bytes:
    """Return what the browser gets."""
    count = len(labels)
    if not strips or not count:
        raise ValueError(f"a film needs a strip and a frame, got {len(strips)} and {count}.")
    for strip in strips:
        _check(strip, count)
    if not -count <= start < count:
        raise ValueError(f"start (={start}) must be one of the {count} frames, or -1 for the last.")
    if not 0 < frames_per_second <= 60:
        raise ValueError(f"frames_per_second (={frames_per_second}) must be in (0, 60].")
    film = {
        "strips": [
            {
                "title": strip.title,
                "caption": strip.caption,
                "colors": strip.colors,
                "ends": list(strip.ends) if strip.ends else None,
                "maxWidth": strip.max_width,
                "cell": strip.cell,
                "height": strip.frames.shape[1],
                "width": strip.frames.shape[2],
                "pixels": strip.frames,
            }
            for strip in strips
        ],
        "labels": list(labels),
        "description": description,
        "sliderLabel": slider_label,
        "start": start,
        "framesPerSecond": float(frames_per_second),
        "bounce": bounce,
        "first": start if link is None or link.value is None else link.value,
        **address_data(link),
        **saving(save_as),
    }
    return pack(film)


def _check(strip: Strip, count: int) -> None:
    """Raise unless the strip has `count` pictures."""
    frames = strip.frames
    if frames.dtype != np.uint8 or frames.ndim != 3 or 0 in frames.shape:
        raise ValueError(
            f"strip {strip.title!r} needs frames of uint8 (F, H, W), "
            f"got {frames.dtype} {frames.shape}."
        )
    if len(frames) != count:
        raise ValueError(
            f"strip {strip.title!r} has {len(frames)} frames, but there are {count} labels."
        )
