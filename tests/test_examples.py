"""The scripts in `examples`, run as their docstrings say but with less to compute."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.digits import load_digits
from examples import compare_optimizers, read_photo, train_autoencoder
from models import SIDE


def test_the_picture_shows_test_digits_above_their_reconstructions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "out.png"
    train_autoencoder.main([str(picture), "--epochs", "1", "--digits", "5000"])
    losses = [float(found) for found in re.findall(r"test loss ([\d.]+)", capsys.readouterr().out)]
    assert len(losses) == 2
    assert losses == sorted(losses, reverse=True)
    rows = np.asarray(Image.open(picture).resize((10 * SIDE, 2 * SIDE), Image.Resampling.NEAREST))
    digits, rebuilt = rows.reshape(2, SIDE, 10, SIDE).swapaxes(1, 2).reshape(2, 10, -1) / 255
    known = {
        digit.tobytes() for digit in (load_digits("test").pixels.numpy() * 255).astype(np.uint8)
    }
    assert all((255 * digit).round().astype(np.uint8).tobytes() in known for digit in digits)
    assert ((digits - rebuilt) ** 2).mean() == pytest.approx(losses[-1], rel=0.3)


def test_each_optimizer_s_map_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "maps.csv"
    compare_optimizers.main([str(table), "--digits", "100", "--iterations", "20"])
    printed = capsys.readouterr().out
    assert "iteration 0: sgd: KL" in printed
    assert "iteration 20: sgd: KL" in printed
    with table.open(encoding="utf-8", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads[0] == "label"
    assert len(heads) == 1 + 3 * 2
    assert len(rows) == 100
    x, y = (np.array([float(row[column]) for row in rows]) for column in (1, 2))
    assert len(set(zip(x, y, strict=True))) == 100


def test_the_digits_of_a_photo_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = tmp_path / "photo.png"
    digit = load_digits("test")
    one = int((digit.labels == 1).nonzero()[0])
    paper = np.full((200, 200), 230, np.uint8)
    ink = digit.pixels[one].reshape(SIDE, SIDE).numpy().repeat(4, 0).repeat(4, 1)
    paper[44:156, 44:156] = (230 - 200 * ink).astype(np.uint8)
    Image.fromarray(paper).save(photo)
    read_photo.main([str(photo)])
    assert re.fullmatch(r"\(.*\): 1, say (8|9|10) of 10 neighbours\n", capsys.readouterr().out)


def test_a_photo_without_digits_ends_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "empty.png"
    Image.new("L", (100, 100), 230).save(photo)
    with pytest.raises(SystemExit) as stopped:
        read_photo.main([str(photo)])
    assert stopped.value.code == 1
    assert "shows no digit" in capsys.readouterr().err
