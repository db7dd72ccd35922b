"""Exported files read again, by something else than what wrote them."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
from PIL import Image

from core.export.palette import DIGIT_COLORS


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV by the names of its columns."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def frames_of(path: Path) -> list[np.ndarray]:
    """The frames of a GIF as a viewer shows them, RGB."""
    with Image.open(path) as picture:
        frames: list[np.ndarray] = []
        for frame in range(getattr(picture, "n_frames", 1)):
            picture.seek(frame)
            frames.append(np.asarray(picture.convert("RGB")))
        return frames


def colored(pixels: np.ndarray) -> int:
    """How many pixels have just the colour of a digit."""
    colors = [tuple(bytes.fromhex(color[1:])) for color in DIGIT_COLORS]
    return sum(int((pixels == color).all(axis=-1).sum()) for color in colors)


class Page(HTMLParser):
    """What a browser would find in a page: its elements, and the text of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: dict[str, str] = {}
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = tag + (dict(attrs).get("type") or "")

    def handle_data(self, data: str) -> None:
        self.text[self._inside] = self.text.get(self._inside, "") + data
