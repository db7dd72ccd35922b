"""python -m core digit."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core import __main__ as command_line
from core.data.digits import load_digits
from core.scan.find_digits import find_digits
from core.scan.picture_file import open_picture

pytestmark = pytest.mark.usefixtures("one_thread")

ROOT = Path(__file__).resolve().parents[3]
Capture = pytest.CaptureFixture[str]


def main(*arguments: object) -> int:
    return command_line.main(["digit", *(str(argument) for argument in arguments)])


def photo(path: Path, *indices: int, light: bool = True) -> Path:
    """Test digits beside each other, dark on light paper or the other way round."""
    sheet = np.zeros((200, 60 + 180 * len(indices)), np.uint8)
    for number, index in enumerate(indices):
        digit = (load_digits("test").pixels[index].reshape(28, 28).numpy() * 200).astype(np.uint8)
        left = 30 + 180 * number
        sheet[20:180, left : left + 160] = np.asarray(Image.fromarray(digit).resize((160, 160)))
    Image.fromarray(230 - sheet if light else 20 + sheet).save(path)
    return path


def pixels(path: Path) -> torch.Tensor:
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.mode == "L"
        assert image.size == (28, 28)
        return torch.from_numpy(np.array(image)).reshape(784) / 255


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def sentences(capsys: Capture) -> list[str]:
    """What was said on stderr: a sentence a line."""
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("python -m core: ") and line.endswith(".") for line in lines)
    return [line.removeprefix("python -m core: ") for line in lines]


def test_writes_what_the_page_computes(tmp_path: Path, capsys: Capture) -> None:
    one, three = photo(tmp_path / "one.png", 0), photo(tmp_path / "three.jpg", 1, 2, 3)
    out = tmp_path / "new" / "digits"
    assert main(one, three, "--out", out) == 0
    written = ["one.png", "three-1.png", "three-2.png", "three-3.png"]
    output = capsys.readouterr()
    assert output.out.splitlines() == [str(out / name) for name in written]
    assert output.err == ""
    assert names(out) == written
    digits = load_digits("test").pixels
    for index, name in enumerate(written):
        # Left to right, and nearer to its own digit than to the three others.
        differences = (digits[:4] - pixels(out / name)).square().mean(dim=1)
        assert differences.argmin() == index
        assert differences[index] < 0.04
    found = find_digits(open_picture(three.read_bytes(), "three.jpg"))
    for number, digit in enumerate(found, start=1):
        assert (pixels(out / f"three-{number}.png") - digit.pixels).abs().max() <= 0.501 / 255


@pytest.mark.parametrize("light", [False, True])
def test_invert_may_be_told(tmp_path: Path, light: bool) -> None:
    picture = photo(tmp_path / "a.png", 0, light=light)
    flag = "--invert" if light else "--no-invert"
    assert main(picture, "--out", tmp_path / "told", flag) == 0
    assert main(picture, "--out", tmp_path / "seen") == 0
    told, seen = (pixels(tmp_path / folder / "a.png") for folder in ("told", "seen"))
    assert torch.equal(told, seen)


def test_bad_pictures_do_not_keep_good_ones_back(tmp_path: Path, capsys: Capture) -> None:
    good = photo(tmp_path / "good.png", 0), photo(tmp_path / "last.png", 1)
    bad = {
        "empty.png": b"",
        "text.jpg": b"hello, this is no picture",
        "large.png": good[0].read_bytes() + bytes(15_000_000),
        "cut.png": good[0].read_bytes()[:300],
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    Image.new("L", (300, 300), 255).save(tmp_path / "blank.png")
    wrong = [tmp_path / name for name in [*bad, "blank.png", "missing.png"]]
    assert main(good[0], *wrong, tmp_path, good[1], "--out", tmp_path / "out") == 1
    said = sentences(capsys)
    assert [line.split()[0] for line in said] == [*(path.name for path in wrong), tmp_path.name]
    assert names(tmp_path / "out") == ["good.png", "last.png"]


def test_nothing_is_written_over(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "other").mkdir()
    first, second = photo(tmp_path / "a.png", 0), photo(tmp_path / "other" / "a.jpg", 1)
    out = tmp_path / "out"
    assert main(first, second, "--out", out) == 1
    assert sentences(capsys) == [
        f"{out / 'a.png'} exists already and is not overwritten by the digits of a.jpg; rename the "
        "picture, or choose another folder with --out."
    ]
    assert names(out) == ["a.png"]
    before = first.read_bytes()
    assert main(first, "--out", tmp_path) == 1
    assert first.read_bytes() == before


def test_of_several_digits_all_are_written_or_none(tmp_path: Path, capsys: Capture) -> None:
    three, out = photo(tmp_path / "three.png", 1, 2, 3), tmp_path / "out"
    out.mkdir()
    (out / "three-2.png").write_text("mine")
    assert main(three, "--out", out) == 1
    assert "three-2.png exists already and is not overwritten" in sentences(capsys)[0]
    assert names(out) == ["three-2.png"]
    assert (out / "three-2.png").read_text() == "mine"


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, left = Path.write_bytes, [0]

    def full(path: Path, content: bytes) -> int:
        left[0] += 1
        if left[0] == 2:
            write(path, content[:20])
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    three, out = photo(tmp_path / "three.png", 1, 2, 3), tmp_path / "out"
    assert main(three, "--out", out) == 1
    assert "cannot be written" in sentences(capsys)[0]
    assert names(out) == []


def test_a_file_in_place_of_the_folder(tmp_path: Path, capsys: Capture) -> None:
    picture = photo(tmp_path / "a.png", 0)
    assert main(picture, "--out", picture) == 1
    assert "cannot be written to" in sentences(capsys)[0]


def test_as_a_command(tmp_path: Path) -> None:
    photo(tmp_path / "a.png", 0)
    (tmp_path / "b.png").write_bytes(b"")
    words = ["digit", tmp_path / "a.png", tmp_path / "b.png", "--out", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-m", "core", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == f"{tmp_path / 'out' / 'a.png'}\n"
    assert done.stderr.startswith("python -m core: b.png is empty; ")
    assert done.stderr.count("\n") == 1
