"""A t-SNE run as an animated GIF: the maps side by side on one clock."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from core.export.dots import Cloud, Dots
from core.export.legend import TO_TEXT, legend
from core.export.output import check_wanted, output_file
from core.export.palette import DIGIT_COLORS
from core.recorder.reading import mapped_data
from core.runs.record import RunError, RunRecord
from core.tsne.extents import views
from core.tsne.recording import TSNERecording, load_recording, newest_frame

MILLISECONDS_PER_FRAME = 80
MILLISECONDS_OF_LAST_FRAME = 2000
#: The least and the largest side of a map, in pixels.
SIZES = (160, 1000)
#: The least and the largest number of frames that may be asked for.
FRAMES = (2, 500)

#: More digits than these are drawn as a cloud: a stamp for each would take minutes.
_LARGE = 5_000
#: Bytes of positions that are in memory at a time; a run with so many has fewer frames.
_MAX_BYTES = 120_000_000

#: The colour of titles, legend and clock.
_INK = "#1b2627"
#: The colour of the captions.
_PALE = "#5b696a"
#: The colour of the maps' outlines and of the progress bar's ground.
_LINE = "#d8e0e0"
#: The colour of the progress bar.
_ACCENT = "#0b6e69"
#: Pixels beside and between the maps.
_MARGIN = 14
#: Pixels above each map, for its title and its caption.
_HEADER = 46
#: Pixels below the maps, for the legend, the clock and the progress bar.
_FOOTER = 62
#: Pixels of the footer that each row of the legend takes.
_ROW = 24
#: The palette has this many mixtures of each colour with white, among them the colour itself.
_SHADES = 14


def write_gif(
    record: RunRecord,
    path: Path,
    optimizers: Sequence[str] | None = None,
    frames: int = 80,
    size: int = 400,
) -> None:
    """Write the maps of a t-SNE run as an animated GIF that loops and rests on its last frame.

    Args:
        record: The run; it may still be computed.
        path: The file to write; an older one is replaced.
        optimizers: The names of those to show, in this order; None shows all.
        frames: The largest number of frames, which are evenly spread over the run. Of six maps of
            70,000 digits there are at most 35.
        size: The side of one map, in pixels.

    Raises:
        RunError: the run has no maps that can be read, has no such optimizer, a number is out of
            its range, or the file cannot be written.
    """
    for name, value, (least, most) in (("frames", frames, FRAMES), ("size", size, SIZES)):
        if not least <= value <= most:
            raise RunError(f"{name} (={value}) must be between {least} and {most} for a GIF.")
    panels, digits, _ = newest_frame(record).positions.shape
    fitting = _MAX_BYTES // (8 * digits * panels)
    recording = _choose(load_recording(record, max(FRAMES[0], min(frames, fitting))), optimizers)
    pictures = MapPictures(recording, size, mapped_data(record).classes)
    first, *rest = pictures
    durations = [MILLISECONDS_PER_FRAME] * len(rest) + [MILLISECONDS_OF_LAST_FRAME]
    content = io.BytesIO()
    first.save(
        content,
        "GIF",
        save_all=True,
        append_images=rest,
        duration=durations,
        loop=0,
        optimize=False,
    )
    with output_file(path) as file:
        file.write(content.getbuffer())


def _choose(recording: TSNERecording, optimizers: Sequence[str] | None) -> TSNERecording:
    if optimizers is None:
        return recording
    for name in optimizers:
        if name not in recording.names:
            raise RunError(
                f"{name} is not an optimiser of this run; it has {', '.join(recording.names)}."
            )
    if not optimizers:
        raise RunError("A GIF needs at least one optimiser; name one, or leave them out for all.")
    places = [recording.names.index(name) for name in optimizers]
    return replace(
        recording,
        names=tuple(recording.names[place] for place in places),
        titles=tuple(recording.titles[place] for place in places),
        positions=recording.positions[:, places],
        kl=recording.kl[:, places],
        agreement=recording.agreement[:, places],
    )


class MapPictures:
    """The frames as pictures with one palette: maps below their titles, legend and clock below."""

    def __init__(self, recording: TSNERecording, size: int, classes: Sequence[str]) -> None:
        self._recording = recording
        self._size = size
        panels = len(recording.names)
        columns = panels if panels < 4 else math.ceil(panels / 2)
        self._corners = [
            (
                _MARGIN + (panel % columns) * (size + _MARGIN),
                (panel // columns) * (_HEADER + size) + _HEADER,
            )
            for panel in range(panels)
        ]
        self._width = _MARGIN + columns * (size + _MARGIN)
        self._bottom = math.ceil(panels / columns) * (_HEADER + size)
        radius = size / 130 * float(np.clip((1000 / len(recording.labels)) ** 0.25, 0.6, 1.4))
        many = len(recording.labels) > _LARGE
        self._dots = Cloud(DIGIT_COLORS) if many else Dots(DIGIT_COLORS, radius)
        self._legend_dots = Dots(DIGIT_COLORS, 5)
        # Pillow's own font: it is the same everywhere, and servers often have none.
        self._fonts = {height: ImageFont.load_default(height) for height in (12, 13, 15)}
        names = {int(label): classes[int(label)] for label in np.unique(recording.labels)}
        self._legend = legend(names, self._width - 2 * _MARGIN, self._fonts[12].getlength)
        self._bottom += _ROW * self._legend[-1].row
        self._palette = _palette()
        self._ground = self._draw_ground()
        self._square = views(recording)
        self._agreement = np.full(panels, np.nan)

    def __iter__(self) -> Iterator[Image.Image]:
        for frame in range(len(self._recording.iterations)):
            check_wanted()
            yield self._draw(frame).quantize(palette=self._palette, dither=Image.Dither.NONE)

    def last(self) -> Image.Image:
        """Draw the last frame, in all colours."""
        return self._draw(len(self._recording.iterations) - 1)

    def _to_pixels(self, frame: int, panel: int) -> np.ndarray:
        """Return the positions in pixels of a panel, (N, 2), y upwards, with fixed square axes."""
        *centre, half = self._square[panel]
        scale, middle = (self._size / 2 - 8) / half, self._size / 2
        return middle + (self._recording.positions[frame, panel] - centre) * (scale, -scale)

    def _draw(self, frame: int) -> Image.Image:
        recording = self._recording
        picture = self._ground.copy()
        draw = ImageDraw.Draw(picture)
        measured = recording.agreement[frame]
        self._agreement = np.where(np.isnan(measured), self._agreement, measured)
        for panel, (left, top) in enumerate(self._corners):
            box = (left + 1, top + 1, left + self._size - 1, top + self._size - 1)
            chart = picture.crop(box)
            self._dots.draw(chart, self._to_pixels(frame, panel) - 1, recording.labels)
            picture.paste(chart, box)
            divergence, agreement = recording.kl[frame, panel], self._agreement[panel]
            caption = f"KL {divergence:.3f} nats" if np.isfinite(divergence) else "diverged"
            if np.isfinite(agreement) and self._size >= 240:
                caption += f"   5-NN agreement {100 * agreement:.0f} %"
            draw.text((left, top - 10), caption, _PALE, self._fonts[13], anchor="ls")
        iteration, last = int(recording.iterations[frame]), int(recording.iterations[-1])
        at = (_MARGIN, self._bottom + _ROW + 22)
        draw.text(at, f"Iteration {iteration:,} of {last:,}", _INK, self._fonts[13], anchor="ls")
        line = (_MARGIN, self._bottom + _ROW + 29, self._width - _MARGIN, self._bottom + _ROW + 31)
        draw.rectangle(line, _LINE)
        done = line[0] + (line[2] - line[0]) * (iteration / max(last, 1))
        draw.rectangle((line[0], line[1], round(done), line[3]), _ACCENT)
        return picture

    def _draw_ground(self) -> Image.Image:
        """Draw the part of the picture that stays the same in all frames."""
        picture = Image.new("RGB", (self._width, self._bottom + _FOOTER), "white")
        draw = ImageDraw.Draw(picture)
        for (left, top), title in zip(self._corners, self._recording.titles, strict=True):
            box = (left, top, left + self._size - 1, top + self._size - 1)
            draw.rectangle(box, outline=_LINE)
            draw.text((left, top - 28), self._fitting(title), _INK, self._fonts[15], anchor="ls")
        first = self._bottom + 14.0 - _ROW * self._legend[-1].row
        centres = [(_MARGIN + 6 + each.left, first + _ROW * each.row) for each in self._legend]
        labels = np.array([each.label for each in self._legend])
        self._legend_dots.draw(picture, np.array(centres), labels)
        for (left, middle), each in zip(centres, self._legend, strict=True):
            draw.text((left + TO_TEXT, middle), each.name, _INK, self._fonts[12], anchor="lm")
        return picture

    def _fitting(self, title: str) -> str:
        """Return the title, cut if it is longer than its panel is wide."""
        font = self._fonts[15]
        if font.getlength(title) <= self._size:
            return title
        while title and font.getlength(f"{title} ...") > self._size:
            title = title[:-1]
        return f"{title} ..."


def _palette() -> Image.Image:
    """Return one palette for all frames: the colours of the pictures and mixtures with white.

    Palettes that differ from frame to frame, or dots of mixed colours, would flicker.
    """
    white = np.full(3, 255.0)
    # Not too close to white, which Pillow would take for white.
    shares = np.linspace(0.12, 1, _SHADES)[:, None]
    smooth = [np.array(_rgb(code)) for code in (*DIGIT_COLORS, _INK, _PALE)]
    ramps = [white + (color - white) * shares for color in smooth]
    flat = np.array([white, _rgb(_LINE), _rgb(_ACCENT)])
    entries = np.concatenate([flat, *ramps]).round().astype(np.uint8)
    palette = Image.new("P", (1, 1))
    palette.putpalette(entries.tobytes())
    return palette


def _rgb(code: str) -> tuple[int, ...]:
    return tuple(int(code[place : place + 2], 16) for place in (1, 3, 5))
