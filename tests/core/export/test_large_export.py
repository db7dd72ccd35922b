"""Files of a run with many digits: bounded in size, and saying what they leave out."""

from __future__ import annotations

import base64
import csv
import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence

from bench.browser.large_run import EVERY, large_run
from core.export import large_replay, write_csv, write_gif, write_html
from core.export.dots import Cloud
from core.runs.record import RunRecord
from core.tsne.coarse_to_fine import send_frame
from core.tsne.recording import load_recording
from tests.core.export.reading import Page, colored

DIGITS, FRAMES = 6_000, 9


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    return large_run(tmp_path_factory.mktemp("large") / "run", digits=DIGITS, frames=FRAMES)


def data_of(path: Path) -> dict:
    return json.loads(Page(path.read_text()).text["scriptapplication/json"])


def test_the_replay_holds_all_frames_where_they_fit(large: RunRecord, tmp_path: Path) -> None:
    write_html(large, tmp_path / "replay.html")
    data = data_of(tmp_path / "replay.html")
    recording = load_recording(large)
    assert data["iterations"] == recording.iterations.tolist()
    assert base64.b64decode(data["labels"]) == recording.labels.astype(np.uint8).tobytes()
    for number, frame in enumerate(data["frames"]):
        planes = base64.b64decode(frame["planes"])
        if number < FRAMES - 1:
            planes = zlib.decompress(planes)
        sent = send_frame(number, recording.iterations, recording.positions.__getitem__)
        assert planes == sent.planes.tobytes()
    assert data["pictures"].startswith("data:image/png")
    assert "recorded maps" not in (tmp_path / "replay.html").read_text()


def test_the_replay_says_what_it_leaves_out(
    large: RunRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_replay, "MAX_CHARACTERS", 150_000)
    monkeypatch.setattr(large_replay, "MAX_PICTURES", DIGITS - 1)
    write_html(large, tmp_path / "replay.html")
    data = data_of(tmp_path / "replay.html")
    kept = len(data["frames"])
    assert 2 <= kept < FRAMES
    assert data["iterations"][-1] == EVERY * (FRAMES - 1)
    assert data["pictures"] is None
    text = " ".join((tmp_path / "replay.html").read_text().split())
    assert f"This file holds {kept} of {FRAMES} recorded maps" in text
    assert "those of 6,000 digits would make it too large" in text
    # All but the two that it has to hold fit.
    size = sum(len(frame["planes"]) for frame in data["frames"])
    assert size <= 150_000 - 10 * DIGITS or kept == 2


def test_gif_and_csv_of_many_digits(large: RunRecord, tmp_path: Path) -> None:
    write_gif(large, tmp_path / "maps.gif", frames=3, size=200)
    with Image.open(tmp_path / "maps.gif") as animation:
        frames = ImageSequence.all_frames(animation)
    assert len(frames) == 3
    assert colored(np.asarray(frames[-1].convert("RGB"))) > 2000
    write_csv(large, tmp_path / "positions.csv")
    rows = list(csv.reader((tmp_path / "positions.csv").read_text().splitlines()))
    assert len(rows) == 1 + DIGITS


def test_a_cloud_has_a_dot_of_its_colour_at_each_place() -> None:
    picture = Image.new("RGB", (20, 20), "white")
    points = np.array([[5.5, 4.5], [14.5, 9.5], [np.nan, 3.0], [-4.0, 5.0], [25.0, 5.0]])
    Cloud(["#ff0000", "#0000ff"]).draw(picture, points, np.array([0, 1, 0, 1, 1]))
    pixels = np.asarray(picture)
    assert pixels[4, 5].tolist() == [255, 0, 0]
    assert pixels[9, 14].tolist() == [0, 0, 255]
    assert (pixels < 255).any(axis=2).sum() < 12
