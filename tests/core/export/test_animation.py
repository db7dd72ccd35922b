"""The maps as an animated GIF."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core.data.data_sets import DATA_SETS, FASHION, MNIST
from core.export import write_gif
from core.export.legend import legend
from core.runs.record import RunError, RunRecord
from tests.core.export.reading import colored, frames_of
from tests.support.recorded_run import DIGITS, ITERATIONS, record_run


def test_gif_shows_both_maps_moving(record: RunRecord, tmp_path: Path) -> None:
    path = tmp_path / "both.gif"
    write_gif(record, path, size=240)
    frames = frames_of(path)
    assert len(frames) == ITERATIONS + 1
    left, right = np.split(frames[-1][46 : 46 + 240, :-2], 2, axis=1)
    for panel in (left, right):
        assert colored(panel) > DIGITS
    assert not np.array_equal(left, right[:, : left.shape[1]])
    for before, after in itertools.pairwise(frames):
        assert not np.array_equal(before, after)
    # White stays white: frames with palettes of their own would flicker.
    assert all((frame[:5] == 255).all() for frame in frames)
    with Image.open(path) as picture:
        assert picture.info["loop"] == 0
        picture.seek(3)
        assert picture.info["duration"] == 80
        picture.seek(ITERATIONS)
        assert picture.info["duration"] == 2000


def test_gif_of_one_optimizer_is_that_panel_alone(record: RunRecord, tmp_path: Path) -> None:
    pictures: dict[str, list[np.ndarray]] = {}
    for name, optimizers in {"both": None, "sgd": ["sgd"], "adam": ["adam"]}.items():
        write_gif(record, tmp_path / f"{name}.gif", optimizers, frames=4, size=200)
        pictures[name] = frames_of(tmp_path / f"{name}.gif")
        assert len(pictures[name]) == 4
    maps = slice(46, 246)
    for name, left in (("sgd", 14), ("adam", 14 + 200 + 14)):
        for alone, both in zip(pictures[name], pictures["both"], strict=True):
            part = both[maps, left : left + 200]
            assert np.array_equal(alone[maps, 14:214], part)


@pytest.mark.parametrize("optimizers", [("sgd", "adam", "rmsprop"), ("sgd",) * 4, ("sgd",) * 6])
def test_gif_has_room_for_all_contestants(tmp_path: Path, optimizers: tuple[str, ...]) -> None:
    record = record_run(tmp_path / "run", iterations=2, optimizers=optimizers)
    write_gif(record, tmp_path / "all.gif", size=160)
    columns = 2 if len(optimizers) == 4 else 3
    height, width, _ = frames_of(tmp_path / "all.gif")[-1].shape
    assert width == 14 + columns * (160 + 14)
    assert height == (46 + 160) * (len(optimizers) // columns) + 62


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"optimizers": ["adamw"]}, "adamw is not an optimiser of this run; it has sgd, adam"),
        ({"optimizers": []}, "at least one optimiser"),
        ({"frames": 1}, r"frames \(=1\) must be between 2 and 500"),
        ({"size": 4000}, r"size \(=4000\) must be between 160 and 1000"),
    ],
)
def test_gif_says_what_it_cannot_do(
    record: RunRecord, tmp_path: Path, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RunError, match=sentence):
        write_gif(record, tmp_path / "no.gif", **options)
    assert not list(tmp_path.iterdir())


def test_digits_are_one_row_and_names_as_many_as_they_need() -> None:
    digits = legend({label: str(label) for label in (1, 3, 9)}, 400, lambda _: 7)
    assert [(entry.left, entry.row, entry.label) for entry in digits] == [
        (0, 0, 1), (30, 0, 3), (60, 0, 9),
    ]  # fmt: skip
    few = legend({label: str(label) for label in range(10)}, 132, lambda _: 7)
    assert [entry.left for entry in few] == pytest.approx([13.2 * place for place in range(10)])
    classes = DATA_SETS[FASHION].classes
    for room in (132, 400, 1000):
        entries = legend(dict(enumerate(classes)), room, lambda name: 7.0 * len(name))
        assert [(entry.label, entry.name) for entry in entries] == list(enumerate(classes))
        rows = [[each for each in entries if each.row == row] for row in range(entries[-1].row + 1)]
        for row in rows:
            ends = [entry.left + 14 + 7 * len(entry.name) for entry in row]
            assert row[0].left == 0
            assert ends[-1] <= room
            assert all(end < after.left for end, after in zip(ends, row[1:], strict=False))
        for row, after in itertools.pairwise(rows):  # nothing more had room
            end = row[-1].left + 14 + 7 * len(row[-1].name)
            assert end + 14 + 14 + 7 * len(after[0].name) > room


def test_gif_of_clothes_names_them(tmp_path: Path) -> None:
    heights: dict[str, int] = {}
    legends: dict[str, np.ndarray] = {}
    for data in (MNIST, FASHION):
        record = record_run(tmp_path / data, data=data, iterations=2, optimizers=("sgd",))
        write_gif(record, tmp_path / f"{data}.gif", size=240)
        frame = frames_of(tmp_path / f"{data}.gif")[-1]
        heights[data] = len(frame)
        legends[data] = frame[46 + 240 : -38]
        assert (frame[-28:-16, 14:100] < 100).any(), "the clock is below it"
    assert heights[MNIST] == 46 + 240 + 62
    rows, rest = divmod(heights[FASHION] - heights[MNIST], 24)
    assert rest == 0
    assert rows >= 2, "ten names have no room in two rows of 240 pixels"
    for number in range(rows + 1):  # dots and words in each row
        row = legends[FASHION][24 * number : 24 * (number + 1)]
        assert colored(row) > 30
        assert (row < 60).all(axis=-1).sum() > 30
