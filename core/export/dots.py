"""Round, smooth dots for pictures that are made without a browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

#: A dot's centre is rounded to one of this many places along a pixel.
_PHASES = 4
#: A dot is first drawn larger by this factor and then reduced, which makes its edge smooth.
_FINER = 8


#: A cloud is drawn on a picture that is larger by this factor, and reduced.
_LARGER = 3


class Cloud:
    """Draws so many dots that each is about one pixel, without a rim."""

    def __init__(self, colors: Sequence[str]) -> None:
        codes = [[int(code[place : place + 2], 16) for place in (1, 3, 5)] for code in colors]
        self._colors = np.array(codes, np.uint8)

    def draw(
        self, picture: Image.Image, points: NDArray[np.floating], colors: NDArray[np.integer]
    ) -> None:
        """Draw dots at `points`, as `Dots` does; the later ones lie over the earlier ones."""
        width, height = picture.size
        fine = np.asarray(picture).repeat(_LARGER, 0).repeat(_LARGER, 1)
        inside = ((points >= 1) & (points < np.array(picture.size) - 1)).all(axis=1)
        x, y = np.floor(points[inside] * _LARGER).astype(np.int64).T
        shades = self._colors[colors[inside]]
        for down in range(-2, 3):
            for across in range(abs(down) - 2, 3 - abs(down)):
                fine[y + down, x + across] = shades
        blocks = fine.reshape(height, _LARGER, width, _LARGER, 3)
        reduced = blocks.mean(axis=(1, 3), dtype=np.float32).round().astype(np.uint8)
        picture.paste(Image.fromarray(reduced))


class Dots:
    """Dots of one radius in several colours, each with a light rim, as stamps made once.

    The rim tells apart what overlaps, and leaves only mixtures of one colour and white: those a
    palette can hold.
    """

    def __init__(self, colors: Sequence[str], radius: float) -> None:
        self._reach = int(np.ceil(radius + 2))
        rim = max(0.6, radius / 4)
        self._stamps: dict[tuple[int, int, int], tuple[Image.Image, Image.Image]] = {}
        for y in range(_PHASES):
            for x in range(_PHASES):
                dot = self._disc(radius, x, y)
                mask = Image.fromarray(self._disc(radius + rim, x, y))
                for color, code in enumerate(colors):
                    stamp = Image.new("RGB", mask.size, "white")
                    stamp.paste(Image.new("RGB", mask.size, code), mask=Image.fromarray(dot))
                    self._stamps[color, x, y] = (stamp, mask)

    def draw(
        self, picture: Image.Image, points: NDArray[np.floating], colors: NDArray[np.integer]
    ) -> None:
        """Draw dots at `points`, (N, 2) in pixels, in this order; leave out NaN and those outside.

        `colors` are (N,), the places of their colours.
        """
        reach = self._reach
        inside = ((points > -reach) & (points < np.array(picture.size) + reach)).all(axis=1)
        fine = np.floor(points[inside] * _PHASES).astype(np.int64)
        corners, phases = fine // _PHASES - reach, fine % _PHASES
        for (left, top), (x, y), color in zip(
            corners.tolist(), phases.tolist(), colors[inside].tolist(), strict=True
        ):
            stamp, mask = self._stamps[color, x, y]
            picture.paste(stamp, (left, top), mask)

    def _disc(self, radius: float, x: int, y: int) -> NDArray[np.uint8]:
        """Return how much of each pixel a disc covers, 0 to 255, its centre at phase (x, y)."""
        side = (2 * self._reach + 1) * _FINER
        fine = (np.arange(side) + 0.5) / _FINER - self._reach
        phase_x, phase_y = ((phase + 0.5) / _PHASES for phase in (x, y))
        covered = (fine - phase_x) ** 2 + (fine[:, None] - phase_y) ** 2 <= radius**2
        blocks = covered.reshape(side // _FINER, _FINER, side // _FINER, _FINER)
        return (blocks.mean(axis=(1, 3)) * 255).round().astype(np.uint8)
