"""Photos of paper, made at random, with the digits that were written on it.

Digits are drawn with a pen, from strokes that are bent, slanted and stretched anew each time, on
paper that is lit unevenly and has noise; then comes what a kind of picture adds. Saved as JPEG.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from core.scan.normalise import from_drawing

Colours = NDArray[np.float64]
Random = np.random.Generator
Point = tuple[float, float]
Colour = Sequence[float] | NDArray[np.float64]

#: The strokes of each digit: points (x, y) of a unit square, y downwards. Some digits have two
#: forms.
STROKES: dict[int, list[list[list[Point]]]] = {
    0: [
        [
            [(0.55, 0.02), (0.2, 0.15), (0.1, 0.5), (0.2, 0.88), (0.5, 0.99), (0.8, 0.85),
             (0.9, 0.5), (0.78, 0.12), (0.5, 0.02)],
        ],
    ],
    1: [
        [
            [(0.52, 0), (0.5, 0.3), (0.48, 0.65), (0.46, 1)],
        ],
        [
            [(0.25, 0.22), (0.55, 0), (0.54, 0.5), (0.52, 1)],
        ],
    ],
    2: [
        [
            [(0.12, 0.22), (0.3, 0.03), (0.62, 0.02), (0.82, 0.22), (0.7, 0.5), (0.4, 0.78),
             (0.1, 0.98), (0.5, 0.96), (0.9, 0.99)],
        ],
    ],
    3: [
        [
            [(0.15, 0.12), (0.45, 0), (0.78, 0.12), (0.75, 0.36), (0.42, 0.48), (0.8, 0.58),
             (0.86, 0.82), (0.5, 1), (0.12, 0.88)],
        ],
    ],
    4: [
        [
            [(0.4, 0), (0.25, 0.35), (0.08, 0.64), (0.5, 0.63), (0.95, 0.62)],
            [(0.66, 0.3), (0.64, 0.65), (0.6, 1)],
        ],
        [
            [(0.62, 0), (0.3, 0.4), (0.08, 0.68), (0.5, 0.68), (0.92, 0.66)],
            [(0.64, 0), (0.63, 0.5), (0.61, 1)],
        ],
    ],
    5: [
        [
            [(0.8, 0.02), (0.5, 0.02), (0.25, 0.03), (0.2, 0.42), (0.5, 0.37), (0.82, 0.55),
             (0.8, 0.85), (0.45, 1), (0.12, 0.9)],
        ],
        [
            [(0.22, 0.05), (0.2, 0.42), (0.5, 0.38), (0.82, 0.56), (0.78, 0.87), (0.45, 1),
             (0.12, 0.9)],
            [(0.23, 0.04), (0.5, 0.03), (0.85, 0.02)],
        ],
    ],
    6: [
        [
            [(0.7, 0), (0.4, 0.22), (0.18, 0.55), (0.18, 0.85), (0.45, 1), (0.76, 0.9),
             (0.8, 0.65), (0.5, 0.52), (0.2, 0.68)],
        ],
    ],
    7: [
        [
            [(0.1, 0.05), (0.5, 0.05), (0.88, 0.03), (0.68, 0.4), (0.5, 0.7), (0.4, 1)],
        ],
        [
            [(0.1, 0.05), (0.5, 0.05), (0.88, 0.03), (0.68, 0.4), (0.5, 0.7), (0.4, 1)],
            [(0.3, 0.52), (0.6, 0.5), (0.82, 0.49)],
        ],
    ],
    8: [
        [
            [(0.6, 0.48), (0.28, 0.3), (0.3, 0.08), (0.6, 0), (0.8, 0.14), (0.72, 0.36),
             (0.4, 0.52), (0.16, 0.74), (0.26, 0.96), (0.6, 1), (0.84, 0.82), (0.74, 0.58),
             (0.5, 0.46)],
        ],
    ],
    9: [
        [
            [(0.8, 0.2), (0.5, 0.02), (0.22, 0.14), (0.22, 0.42), (0.5, 0.52), (0.76, 0.36),
             (0.8, 0.16), (0.76, 0.6), (0.68, 1)],
        ],
    ],
}  # fmt: skip
#: A digit moved by a pixel differs from itself by 0.03, from another digit by 0.1.
MAX_DIFFERENT = 0.04
#: The usual colours, red, green and blue from 0 to 1.
INK = (0.09, 0.11, 0.3)
PAPER = (0.92, 0.92, 0.9)


@dataclass(frozen=True, eq=False)
class Photo:
    """A JPEG file, the digits that were written in it in reading order, and each drawn alone.

    `clean` are pictures light on black, each with some room around the digit.
    """

    data: bytes
    labels: list[int]
    clean: list[Image.Image]


def is_right(photo: Photo, found: Sequence[Tensor]) -> bool:
    """Return whether the digits found, each (784,), are those that were written.

    They must be as many, and each must nearly equal the digit that its clean drawing gives.
    """
    return len(found) == len(photo.labels) and all(
        float((digit - from_drawing(clean, invert=False)).square().mean()) <= MAX_DIFFERENT
        for digit, clean in zip(found, photo.clean, strict=True)
    )


@dataclass(frozen=True, eq=False)
class Written:
    """A digit's strokes in pixels, each (n, 2), and the width of its pen."""

    label: int
    strokes: list[NDArray[np.float64]]
    pen: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The left, top, right and bottom of the strokes' middle lines."""
        points = np.concatenate(self.strokes)
        return (*points.min(axis=0).tolist(), *points.max(axis=0).tolist())

    def clean(self) -> Image.Image:
        """Draw it alone, light on black, with room around it."""
        left, top, right, bottom = self.box
        room = 3 * self.pen + 10
        shape = math.ceil(bottom - top + 2 * room), math.ceil(right - left + 2 * room)
        moved = [stroke - (left - room, top - room) for stroke in self.strokes]
        return Image.fromarray((255 * drawn(shape, moved, self.pen)).astype(np.uint8))


def curve(points: Sequence[Point] | NDArray[np.float64], steps: int = 16) -> NDArray[np.float64]:
    """Return a smooth line (n, 2) through points: a Catmull-Rom spline."""
    knots = np.asarray(points, np.float64)
    knots = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
               + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)
    ]  # fmt: skip
    return np.concatenate([*parts, knots[-2:-1]])


def written(
    label: int, left: float, top: float, height: float, pen: float, random: Random
) -> Written:
    """Write a digit by hand into a place of some height."""
    forms = STROKES[label]
    form = forms[random.integers(len(forms))]
    slant, width = random.uniform(-0.05, 0.22), random.uniform(0.5, 0.72)
    strokes = []
    for stroke in form:
        line = curve(np.asarray(stroke) + random.normal(0, 0.012, (len(stroke), 2)))
        x = (line[:, 0] + slant * (0.5 - line[:, 1])) * width
        strokes.append(np.stack([left + height * x, top + height * line[:, 1]], axis=1))
    return Written(label, strokes, pen)


def drawn(
    shape: tuple[int, int], lines: Sequence[NDArray[np.float64]], width: float
) -> NDArray[np.float64]:
    """Draw lines with a round pen: how much of each pixel they cover, (H, W)."""
    fine = 3
    image = Image.new("L", (fine * shape[1], fine * shape[0]))
    draw = ImageDraw.Draw(image)
    for line in lines:
        points = [(fine * float(x), fine * float(y)) for x, y in line]
        draw.line(points, fill=255, width=max(1, round(fine * width)), joint="curve")
        for x, y in (points[0], points[-1]):
            r = fine * width / 2
            draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(image.reduce(fine), np.float64) / 255


class Scene:
    """A picture that is being made: what the camera would see, before noise."""

    def __init__(self, random: Random, width: int = 420, height: int = 520) -> None:
        self.random, self.shape = random, (height, width)
        self.colours: Colours = np.ones((height, width, 3)) * PAPER
        self.digits: list[Written] = []

    def write(self, count: int = 1, height: float | None = None, ink: Colour = INK) -> None:
        """Write digits side by side somewhere in the middle."""
        rows, columns = self.shape
        tall = height or self.random.uniform(0.35, 0.6) * min(rows, columns / count * 1.3)
        pen = tall * self.random.uniform(0.045, 0.08)
        step = columns / (count + 0.3)
        for number in range(count):
            label = int(self.random.integers(10))
            left = step * (number + 0.35) + self.random.uniform(0.0, 0.12) * step
            if count == 1:
                left = columns * 0.5 - tall * 0.3 + self.random.uniform(-0.08, 0.08) * columns
            top = rows * 0.5 - tall / 2 + self.random.uniform(-0.05, 0.05) * rows
            self.digits.append(written(label, left, top, tall, pen, self.random))
        self.paint([line for digit in self.digits for line in digit.strokes], pen, ink)

    @property
    def pen(self) -> float:
        """The width of the pen in pixels."""
        return self.digits[0].pen

    def paint(self, lines: Sequence[NDArray[np.float64]], width: float, ink: Colour) -> None:
        """Draw lines over what is there."""
        cover = drawn(self.shape, lines, width)[..., None]
        self.colours = self.colours * (1 - cover) + cover * np.asarray(ink)

    def light(self, least: float = 0.8) -> None:
        """Light it from a side, so that the darkest corner has this share of the light or more."""
        y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in self.shape), indexing="ij")
        angle = self.random.uniform(0, 2 * math.pi)
        slope = (np.cos(angle) * x + np.sin(angle) * y) / 2.83 + 0.5
        self.colours *= (1 - self.random.uniform(0, 1 - least) * slope)[..., None]

    def photo(self) -> Photo:
        """Take the photo: noise, a slight blur, and JPEG."""
        noise = self.random.normal(0, self.random.uniform(0.008, 0.022), (*self.shape, 1))
        seen = ((self.colours + noise).clip(0, 1) * 255).round().astype(np.uint8)
        content = BytesIO()
        Image.fromarray(seen).save(content, "JPEG", quality=int(self.random.integers(70, 95)))
        clean = [digit.clean() for digit in self.digits]
        return Photo(content.getvalue(), [digit.label for digit in self.digits], clean)


def segment(*points: Point) -> NDArray[np.float64]:
    """Return a straight line through points."""
    return np.asarray(points, np.float64)


def _rules(scene: Scene, step: float, width: float, *, upright: bool) -> None:
    """Print rules on the paper, under what is written, a little askew."""
    rows, columns = scene.shape
    darker = scene.random.uniform(45, 90) / 255
    colour = np.asarray(PAPER) - darker * np.asarray([1.35, 1.0, 0.5])
    tilt = math.tan(math.radians(scene.random.uniform(-2, 2)))
    lines = []
    for at in np.arange(scene.random.uniform(0, step) - step, rows + columns, step):
        lines.append(segment((-9, at), (columns + 9, at + tilt * columns)))
        if upright:
            lines.append(segment((at, -9), (at - tilt * rows, rows + 9)))
    scene.paint(lines, width, colour)


def ruled(random: Random, *, upright: bool = False, digits: int = 1) -> Photo:
    """Draw digits on ruled or squared paper, whose rules are a third as wide as the pen."""
    scene = Scene(random)
    tall = random.uniform(190, 280)
    pen = tall * random.uniform(0.045, 0.08)
    step = random.uniform(0.25, 0.5) * tall
    _rules(scene, step, pen / 3, upright=upright)
    if digits:
        label = int(random.integers(10))
        left, top = random.uniform(80, 210), random.uniform(60, 500 - tall)
        scene.digits.append(written(label, left, top, tall, pen, random))
        scene.paint(scene.digits[0].strokes, pen, INK)
    scene.light()
    return scene.photo()


def squared(random: Random) -> Photo:
    """Draw a digit on squared paper."""
    return ruled(random, upright=True)


def pencil(random: Random) -> Photo:
    """Draw a digit in pencil on pale ruled paper."""
    scene = Scene(random)
    tall = random.uniform(190, 280)
    step = random.uniform(0.4, 0.6) * tall
    darker = random.uniform(20, 30) / 255
    for at in np.arange(random.uniform(0, step), 520, step):
        scene.paint([segment((-9, at), (440, at))], 4, np.asarray(PAPER) - darker)
    scene.write(height=tall, ink=[random.uniform(0.45, 0.55)] * 3)
    scene.light()
    return scene.photo()


def underlined(random: Random) -> Photo:
    """Draw a digit and, with the same pen, a line under it that touches it or nearly does."""
    scene = Scene(random)
    scene.write()
    left, top, right, bottom = scene.digits[0].box
    tall, middle = bottom - top, (left + right) / 2
    half = random.uniform(0.4, 0.75) * tall
    y = bottom + random.uniform(-0.01, 0.08) * tall
    wave = random.normal(0, 0.008, 4) * tall + np.linspace(0, random.uniform(-0.05, 0.05) * tall, 4)
    scene.paint([curve(np.stack([np.linspace(middle - half, middle + half, 4), y + wave], axis=1))],
                scene.pen, INK)  # fmt: skip
    scene.light()
    return scene.photo()


def margin(random: Random) -> Photo:
    """Draw three digits, the first of which touches the red rule of the margin."""
    scene = Scene(random, 900, 700)
    scene.write(3)
    first = scene.digits[0].box
    x = first[0] + random.uniform(-0.02, 0.1) * (first[2] - first[0])
    lean = random.uniform(-8, 8)
    scene.paint(
        [segment((x - lean, -9), (x + lean, 709))],
        scene.pen * random.uniform(0.4, 1),
        (0.82, 0.35, 0.33),
    )
    scene.light()
    return scene.photo()


def shaded(random: Random, *, digits: int = 1) -> Photo:
    """Draw a digit and a shadow with an edge, 40 % to 60 % deep."""
    scene = Scene(random)
    if digits:
        scene.write()
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in scene.shape), indexing="ij")
    angle = random.uniform(0, 2 * math.pi)
    beyond = np.cos(angle) * x + np.sin(angle) * y - random.uniform(-0.5, 0.5)
    edge = 1 / (1 + np.exp(-beyond / random.uniform(0.004, 0.06)))
    scene.colours *= (1 - random.uniform(0.4, 0.6) * edge)[..., None]
    scene.light()
    return scene.photo()


def on_table(random: Random, *, digits: int | None = None, table: Colour | None = None) -> Photo:
    """Draw a white sheet with one or three digits on a dark table, 25 % to 90 % of the view."""
    scene = Scene(random, 800, 1000)
    share = random.uniform(0.25, 0.9)
    ratio = random.uniform(0.9, 1.3)
    width = math.sqrt(800 * 1000 * share / ratio)
    width, height = min(width, 780), min(width * ratio, 980)
    angle = math.radians(random.uniform(-10, 10)) * (1 - share)
    centre = (
        np.asarray([400, 500]) + random.uniform(-0.4, 0.4, 2) * (800 - width, 1000 - height) * 0.8
    )
    turn = np.asarray([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    corners = np.asarray([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2)
    corners = corners * random.uniform(0.97, 1.03, (4, 2)) @ turn + centre
    fine = Image.new("L", (2400, 3000))
    ImageDraw.Draw(fine).polygon([(3 * x, 3 * y) for x, y in corners], fill=255)
    sheet = np.asarray(fine.reduce(3), np.float64)[..., None] / 255
    wood = np.asarray(table or (0.28, 0.2, 0.16)) * random.uniform(0.6, 1.3)
    grain = random.normal(0, 0.012, (1, 800, 1)).repeat(1000, 0)
    scene.colours = scene.colours * sheet + (1 - sheet) * (wood + grain)
    count = int(random.choice([1, 3])) if digits is None else digits
    tall = min(0.5 * height, 0.9 * width / max(count, 1)) * random.uniform(0.6, 0.85)
    pen = tall * random.uniform(0.045, 0.08)
    down = random.uniform(-0.12, 0.12) * height if count else 0.0
    for number in range(count):
        across = (number - (count - 1) / 2) * 0.8 * width / max(count, 2)
        place = np.asarray([across, down]) @ turn + centre - (0.3 * tall, 0.5 * tall)
        scene.digits.append(
            written(int(random.integers(10)), place[0], place[1], tall, pen, random)
        )
    if count:
        scene.paint([line for digit in scene.digits for line in digit.strokes], pen, INK)
    scene.light()
    return scene.photo()


def sheet_edge(random: Random) -> Photo:
    """Draw a digit on a sheet on another light surface; the sheet's edge casts a thin shadow."""
    scene = Scene(random, 600, 760)
    scene.write(height=random.uniform(170, 260))
    left, top, right, bottom = scene.digits[0].box
    room = random.uniform(0.35, 0.8, 4) * (bottom - top)
    corners = np.asarray([(left, top), (right, top), (right, bottom), (left, bottom)])
    corners = corners + np.asarray([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * room[:, None]
    corners = corners + random.uniform(-8, 8, (4, 2))
    ring = np.concatenate([corners, corners[:1]])
    fine = Image.new("L", (scene.shape[1], scene.shape[0]))
    ImageDraw.Draw(fine).polygon([(float(x), float(y)) for x, y in corners], fill=255)
    outside = (1 - np.asarray(fine, np.float64) / 255)[..., None]
    scene.colours *= 1 - outside * random.uniform(0.05, 0.2)
    scene.paint([ring], random.uniform(2, 5), np.asarray(PAPER) * random.uniform(0.35, 0.6))
    scene.light()
    return scene.photo()


def boxed(random: Random, *, round_: bool = False) -> Photo:
    """Draw a digit in a printed box or a circle."""
    scene = Scene(random, 600, 620)
    scene.write(height=random.uniform(150, 240))
    left, top, right, bottom = scene.digits[0].box
    middle, tall = np.asarray([(left + right) / 2, (top + bottom) / 2]), bottom - top
    half = np.asarray([random.uniform(0.62, 1.1), random.uniform(0.68, 0.95)]) * tall
    width = scene.pen * random.uniform(0.3, 1)
    if round_:
        angles = np.linspace(0, 2 * math.pi, 80)
        ring = middle + half * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    else:
        ring = middle + half * [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    scene.paint([ring], width, INK if round_ else (0.25, 0.22, 0.22))
    scene.light()
    return scene.photo()


def circled(random: Random) -> Photo:
    """Draw a digit in a circle."""
    return boxed(random, round_=True)


def broken(random: Random) -> Photo:
    """Draw a digit whose longest stroke has a gap of 8 % of the digit's height."""
    scene = Scene(random)
    scene.write()
    digit = scene.digits[0]
    tall = digit.box[3] - digit.box[1]
    longest = max(range(len(digit.strokes)), key=lambda one: len(digit.strokes[one]))
    line = digit.strokes[longest]
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = random.uniform(0.25, 0.75) * along[-1]
    room = (0.08 * tall + digit.pen) / 2  # the ends are round
    parts = [line[along < at - room], line[along > at + room]]
    strokes = [*digit.strokes[:longest], *parts, *digit.strokes[longest + 1 :]]
    scene.colours[:] = PAPER
    scene.paint(strokes, digit.pen, INK)
    scene.light()
    return scene.photo()


def equal_luminance(random: Random) -> Photo:
    """Draw a digit in a colour that is as bright as the paper, such as red on green."""
    weights = np.asarray([0.299, 0.587, 0.114])
    pairs = [((0.78, 0.3, 0.3), (0.3, 0.56, 0.3)), ((0.75, 0.3, 0.6), (0.25, 0.6, 0.45)),
             ((0.3, 0.4, 0.85), (0.5, 0.4, 0.25)),
             ((0.25, 0.5, 0.65), (0.65, 0.42, 0.3))]  # fmt: skip
    ink, paper = (np.asarray(one) for one in pairs[random.integers(len(pairs))])
    paper = paper * (weights @ ink) / (weights @ paper) * random.uniform(0.9, 1.1)
    scene = Scene(random)
    scene.colours[:] = paper
    scene.write(ink=ink)
    scene.light(0.9)
    return scene.photo()


def plain(random: Random) -> Photo:
    """Draw one digit or three on plain paper."""
    count = int(random.choice([1, 3]))
    scene = Scene(random, 420 + 240 * (count - 1), 520)
    scene.write(count)
    scene.light(0.6)
    return scene.photo()


def crowded(random: Random) -> Photo:
    """Draw three rows of four digits, nearer to each other than strokes of one digit can be."""
    scene = Scene(random, 560, 520)
    tall = random.uniform(90, 120)
    pen, gap = tall * random.uniform(0.045, 0.08), random.uniform(0.12, 0.3)
    for row in range(3):
        x = 40.0
        for _ in range(4):
            top = 30 + row * tall * (1 + gap) + random.uniform(-0.03, 0.03) * tall
            digit = written(int(random.integers(10)), x, top, tall, pen, random)
            moved = [stroke + np.asarray([x - digit.box[0], 0]) for stroke in digit.strokes]
            scene.digits.append(Written(digit.label, moved, pen))
            x = scene.digits[-1].box[2] + tall * random.uniform(0.15, 0.35) + pen
    scene.paint([line for digit in scene.digits for line in digit.strokes], pen, INK)
    scene.light()
    return scene.photo()


def no_writing(random: Random) -> Photo:
    """Draw ruled or squared paper, the edge of a shadow, or a sheet on a table, without writing."""
    kinds: list[Callable[[], Photo]] = [
        lambda: ruled(random, digits=0),
        lambda: ruled(random, upright=True, digits=0),
        lambda: shaded(random, digits=0),
        lambda: on_table(random, digits=0),
    ]
    return kinds[random.integers(len(kinds))]()


def letter(random: Random) -> Photo:
    """Draw a capital letter or a scribble, which is not a digit."""
    scene = Scene(random)
    if random.random() < 0.5:
        image = Image.new("L", (scene.shape[1], scene.shape[0]))
        face = ImageFont.load_default(int(random.integers(180, 320)))
        text = "ABDEFGHKMNPQRTWXYZ"[random.integers(18)]
        ImageDraw.Draw(image).text((120, 90), text, fill=255, font=face)
        cover = np.asarray(image, np.float64)[..., None] / 255
        scene.colours = scene.colours * (1 - cover) + cover * np.asarray(INK)
    else:
        points = random.uniform((90, 120), (330, 400), (int(random.integers(6, 14)), 2))
        scene.paint([curve(points)], random.uniform(8, 18), INK)
    scene.light()
    return scene.photo()


KINDS: dict[str, Callable[[Random], Photo]] = {
    "plain paper": plain,
    "ruled paper": ruled,
    "squared paper": squared,
    "pencil on pale rules": pencil,
    "underline": underlined,
    "margin rule": margin,
    "shadow with an edge": shaded,
    "sheet on a dark table": on_table,
    "printed box": boxed,
    "circle": circled,
    "edge of a sheet": sheet_edge,
    "broken stroke": broken,
    "equal luminance": equal_luminance,
    "crowded rows": crowded,
    "nothing written": no_writing,
}
