"""Opening pictures that nobody has checked."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, PngImagePlugin

from core.scan.picture_file import MAX_BYTES, MAX_SIDE, PictureError, open_picture, shown_name
from tests.support.speed import cpu_seconds, sorting

# As the module itself sets them, which pytest undoes for each test.
pytestmark = pytest.mark.filterwarnings(
    "error::PIL.Image.DecompressionBombWarning", "ignore:Corrupt EXIF data"
)

ROOT = Path(__file__).resolve().parents[3]
FORMATS = ["PNG", "JPEG", "WEBP", "BMP", "GIF"]


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def sketch(width: int = 60, height: int = 40) -> Image.Image:
    """Dark in the upper left quarter, light elsewhere: every turn looks different."""
    grey = np.full((height, width), 220, np.uint8)
    grey[: height // 2, : width // 2] = 30
    return Image.fromarray(grey)


def values(image: Image.Image) -> np.ndarray:
    return np.asarray(image, np.int64)


def png(width: int, height: int, rows: int, *, chunks: bytes = b"") -> bytes:
    """A grey PNG by hand, whose header may say more than its `rows` of zeros hold."""
    deflate = zlib.compressobj(9)
    content = b"".join(deflate.compress(bytes(width + 1)) for _ in range(rows)) + deflate.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunks + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


class TestGood:
    @pytest.mark.parametrize("kind", FORMATS)
    def test_formats(self, kind: str) -> None:
        opened = open_picture(encoded(sketch(), kind), "a")
        assert opened.mode == "L"
        assert opened.size == (60, 40)
        assert np.abs(values(opened) - values(sketch())).mean() < 3

    @pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
    def test_modes_of_png(self, mode: str) -> None:
        image = sketch().point([255 * (value > 99) for value in range(256)])
        image = image if mode == "1" else sketch()
        if mode == "I;16":
            picture = Image.fromarray((values(image) * 257).astype(np.uint16))
        elif mode == "P":
            picture = image.convert("RGB").quantize(8)
        else:
            picture = image.convert("RGB").convert(mode)
        opened = open_picture(encoded(picture), "a")
        assert np.abs(values(opened) - values(image)).max() <= 1

    def test_cmyk(self) -> None:
        opened = open_picture(encoded(sketch().convert("CMYK"), "JPEG", quality=95), "a")
        assert np.abs(values(opened) - values(sketch())).mean() < 5

    @pytest.mark.parametrize("turn", range(1, 9))
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_is_turned_as_the_camera_was_held(self, kind: str, turn: int) -> None:
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = turn
        stored = sketch(64, 48)
        opened = open_picture(encoded(stored, kind, exif=exif), "a")
        grey = values(stored)
        # The standard says which side of what is stored is the top, and which the left.
        upright = {
            1: grey,
            2: grey[:, ::-1],
            3: grey[::-1, ::-1],
            4: grey[::-1],
            5: grey.T,
            6: grey[::-1].T,
            7: grey[::-1, ::-1].T,
            8: grey[:, ::-1].T,
        }[turn]
        assert opened.size == upright.shape[::-1]
        assert np.abs(values(opened) - upright).mean() < 3

    @pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0), (90, 255), (160, 0)])
    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_transparency_becomes_what_the_ink_stands_out_from(
        self, kind: str, ink: int, paper: int
    ) -> None:
        picture = np.zeros((40, 40, 4), np.uint8)
        picture[..., 0] = 200  # a colour that nobody sees
        picture[10:20, 10:30] = ink, ink, ink, 255
        picture[30, 30] = ink, ink, ink, 128
        opened = values(open_picture(encoded(Image.fromarray(picture), kind, lossless=True), "a"))
        assert opened[15, 20] == pytest.approx(ink, abs=1)
        assert opened[0, 0] == paper
        assert opened[30, 30] == pytest.approx((ink + paper) / 2, abs=2)

    @pytest.mark.parametrize("mode", ["P", "L", "I;16"])
    def test_a_transparent_value(self, mode: str) -> None:
        grey = values(sketch())
        picture = sketch() if mode != "I;16" else Image.fromarray((grey * 257).astype(np.uint16))
        key = 220 * (257 if mode == "I;16" else 1)
        opened = values(open_picture(encoded(picture.convert(mode), transparency=key), "a"))
        assert opened[5, 5] == pytest.approx(30, abs=1)
        assert opened[35, 55] == 255

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
    def test_the_first_frame_of_an_animation(self, kind: str) -> None:
        frames = [Image.new("L", (50, 50), grey) for grey in (40, 200)]
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        assert values(open_picture(data, "a")).mean() == pytest.approx(40, abs=2)

    def test_a_phone_s_pictures_in_one_file(self) -> None:
        two = sketch(800, 600).convert("RGB")
        data = encoded(two, "MPO", save_all=True, append_images=[two])
        assert open_picture(data, "a").size == (800, 600)

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_large_ones_are_reduced(self, kind: str) -> None:
        opened = open_picture(encoded(sketch(3000, 2000), kind), "a")
        assert opened.size == (MAX_SIDE, round(MAX_SIDE * 2 / 3))
        assert values(opened)[50, 50] == pytest.approx(30, abs=3)
        assert values(opened)[-50, -50] == pytest.approx(220, abs=3)

    def test_the_content_counts_not_the_name(self) -> None:
        assert open_picture(encoded(sketch(), "GIF"), "photo.jpg").size == (60, 40)

    def test_broken_notes_do_not_matter(self) -> None:
        data = encoded(sketch(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(9))
        assert open_picture(data, "a").size == (60, 40)


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (90, 120), np.uint8))
PHOTO = encoded(sketch(600, 400), "JPEG")


def with_many_scans() -> bytes:
    data = encoded(sketch(64, 64), "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + 300 * scan + data[-2:]


class TestBad:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            pytest.param(b"", "is empty", id="empty"),
            pytest.param(bytes(1000), "only zero bytes", id="zeros"),
            pytest.param(b"%PDF-1.7 hello", "not a picture we can read", id="pdf"),
            pytest.param(b"<svg></svg>", "PNG, JPEG, WebP, BMP and GIF can be read", id="svg"),
            pytest.param(encoded(sketch(), "TIFF"), "a TIFF or raw picture", id="tiff"),
            pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC or AVIF picture", id="heic"),
            pytest.param(PHOTO[: len(PHOTO) // 2], "cut off or damaged", id="half a JPEG"),
            pytest.param(PHOTO[:20], "not a picture|cut off", id="a JPEG's start"),
            pytest.param(encoded(NOISE)[:5000], "cut off or damaged", id="half a PNG"),
            pytest.param(encoded(NOISE, "BMP")[:5000], "cut off or damaged", id="half a BMP"),
            pytest.param(encoded(NOISE, "GIF")[:5000], "cut off or damaged", id="half a GIF"),
            pytest.param(encoded(NOISE, "WEBP")[:2000], "not a picture|cut off", id="half a WebP"),
            pytest.param(PHOTO + bytes(MAX_BYTES), "larger than 15 MB", id="16 MB"),
            pytest.param(png(50_000, 50_000, 9), "more than 50 million pixels", id="bomb"),
            pytest.param(png(8000, 8000, 8000), "at most 13.3|than 50 million", id="64 million"),
            pytest.param(png(5000, 5000, 5000), r"5000 × 5000 pixels, at most 13\.3", id="25 m"),
            pytest.param(png(2**31 - 1, 2**31 - 1, 0), "million", id="2^62 pixels"),
            pytest.param(png(3000, 1, 1), "3000 × 1 pixels, too few", id="a line"),
            pytest.param(png(40_000, 30, 30), "40000 × 30 pixels, too few", id="narrow"),
            pytest.param(with_many_scans(), "more than 100 scans", id="300 scans"),
            pytest.param(
                png(9, 9, 9, chunks=40 * chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6)))),
                "cut off or damaged",
                id="40 MB of text",
            ),
        ],
    )
    def test_ends_in_a_sentence(self, data: bytes, words: str) -> None:
        def refused() -> None:
            nonlocal sentence
            with pytest.raises(PictureError, match=words) as caught:
                open_picture(data, "my photo.jpg")
            sentence = str(caught.value)

        sentence = ""
        # About a second, where the limit was set.
        assert cpu_seconds(refused) < 100 * sorting()
        assert sentence.startswith("my photo.jpg ")
        assert sentence.endswith(".")
        assert sentence.count(". ") == 0
        assert "\n" not in sentence
        # The way out comes after the value and the rule.
        assert ";" in sentence or "," in sentence

    def test_a_progressive_jpeg_is_refused_earlier_than_a_plain_one(self) -> None:
        grey = Image.new("RGB", (4400, 3200), "grey")
        assert open_picture(encoded(grey, "JPEG", quality=30)).size == (1600, 1164)
        with pytest.raises(PictureError, match=r"4400 × 3200 pixels, at most 13\.3 million"):
            open_picture(encoded(grey, "JPEG", quality=30, progressive=True))

    def test_a_jpeg_of_separate_scans_needs_the_memory_of_a_progressive_one(self) -> None:
        data = encoded(Image.new("RGB", (4400, 3200), "grey"), "JPEG", quality=30)
        start = data.index(b"\xff\xda")
        assert data[start + 4] == 3, "colours in the first scan"
        first = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
        apart = data[:start] + first + data[start + 14 :]
        with pytest.raises(PictureError, match=r"4400 × 3200 pixels, at most 13\.3 million"):
            open_picture(apart)


class TestNames:
    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("photo.jpg", "photo.jpg"),
            ("/home/a/photo.jpg", "photo.jpg"),
            ("C:\\a\\photo.jpg", "photo.jpg"),
            ("a\nb\x1b[31m.png", "a?b?[31m.png"),
            ("x" * 100 + ".png", "x" * 40 + "…" + "x" * 15 + ".png"),
        ],
    )
    def test_are_fit_to_be_shown(self, name: str, shown: str) -> None:
        assert shown_name(name) == shown


SEEDS = [encoded(sketch(), kind) for kind in FORMATS]
SEEDS += [
    encoded(sketch(), "JPEG", progressive=True),
    encoded(sketch().convert("RGBA"), "WEBP", lossless=True),
    encoded(sketch().convert("P"), "PNG", transparency=3),
    encoded(sketch().convert("CMYK"), "JPEG"),
]


def tries(data: bytes) -> None:
    try:
        opened = open_picture(data, "a")
    except PictureError:
        return
    assert opened.mode == "L"
    assert 1 <= min(opened.size) <= max(opened.size) <= MAX_SIDE
    opened.getpixel((0, 0))


class TestAnything:
    """Whatever comes in, there comes out a picture or a sentence."""

    @settings(max_examples=150, deadline=None)
    @given(st.binary(max_size=400))
    @example(b"GIF89a")
    @example(b"BM")
    @example(b"RIFF\0\0\0\0WEBPVP8X")
    def test_random_bytes(self, data: bytes) -> None:
        tries(data)

    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 20))
    def test_damaged_pictures(self, seed: bytes, number: int, hits: int) -> None:
        chance, data = random.Random(number), bytearray(seed)
        for _ in range(hits):
            # Most of what a decoder trusts is at the start.
            place = min(chance.randrange(len(data)), chance.randrange(len(data)))
            match chance.randrange(4):
                case 0:
                    data[place] = chance.choice([0, 1, 127, 128, 255, chance.randrange(256)])
                case 1:
                    data[place] ^= 1 << chance.randrange(8)
                case 2:
                    del data[place : place + chance.randrange(1, 9)]
                case _:
                    data[place:place] = chance.randbytes(chance.randrange(1, 9))
            if not data:
                break
        tries(bytes(data))


MEASURE = """
import sys
from pathlib import Path
from core.scan.picture_file import PictureError, open_picture
def peak():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1000
data = [Path(name).read_bytes() for name in sys.argv[1:]]
before = peak()
for content in data:
    try:
        print(*open_picture(content).size, end=" ")
    except PictureError:
        print("refused", end=" ")
    print(round(peak() - before))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is told by Linux")
def test_no_picture_takes_100_mb_and_nothing_is_written(tmp_path: Path) -> None:
    """In a process of its own, largest picture of each kind that is read, and bombs."""
    grey = Image.new("L", (8064, 6048), 200)
    grey.paste(30, (1000, 1000, 3000, 4000))
    twelve = grey.resize((4032, 3024))
    deep = np.asarray(grey.resize((3600, 2700)), np.uint16) * 257
    four = grey.resize((2300, 1700)).convert("RGBA")
    pictures = {
        "48 million": encoded(grey.convert("RGB"), "JPEG", quality=50),
        "progressive": encoded(twelve.convert("RGB"), "JPEG", progressive=True, subsampling=0),
        "deep": encoded(Image.fromarray(deep), compress_level=1),
        "alpha": encoded(Image.merge("LA", [twelve, twelve]), compress_level=1),
        "webp": encoded(four, "WEBP", lossless=True, method=0),
        "gif": encoded(twelve, "GIF", transparency=200),
        "bomb": png(12_000, 12_000, 12_000),
        "text": png(9, 9, 9, chunks=70 * chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(10**6)))),
    }
    for name, content in pictures.items():
        (tmp_path / name).write_bytes(content)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *(tmp_path / name for name in pictures)],
        cwd=ROOT,
        env={"TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[:-1] for line in lines] == [
        *4 * [["1600", "1200"]],
        ["1600", "1183"],
        ["1600", "1200"],
        ["refused"],
        ["refused"],
    ]
    assert int(lines[-1][-1]) < 100
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_limits_of_the_library_are_set() -> None:
    assert Image.MAX_IMAGE_PIXELS == 50_000_000
    assert PngImagePlugin.MAX_TEXT_MEMORY == 1_000_000
