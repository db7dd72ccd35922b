"""Open pictures that nobody has checked: photos, scans, drawings, and files of other kinds."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
from PIL import (
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageChops,
    ImageStat,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from core.scan.colours import grey_of

#: No larger file is opened.
MAX_BYTES = 15_000_000
#: No picture with more pixels is opened.
MAX_PIXELS = 50_000_000
#: A larger picture is reduced until its longer side has this many pixels.
MAX_SIDE = 1600
#: A digit needs at least this many pixels each way.
MIN_SIDE = 8
FORMATS = "PNG, JPEG, WebP, BMP and GIF"

_PLUGINS = (
    PngImagePlugin.PngImageFile,
    JpegImagePlugin.JpegImageFile,
    WebPImagePlugin.WebPImageFile,
    BmpImagePlugin.BmpImageFile,
    GifImagePlugin.GifImageFile,
)
#: Decoding a picture may hold at most this many bytes.
_DECODING_BYTES = 80_000_000
#: The most that decoding and the conversion to grey hold for each pixel, by format.
_BYTES_A_PIXEL = {"PNG": 6, "GIF": 6, "BMP": 6, "WEBP": 20}
#: The same for a picture with 16 bits a pixel.
_BYTES_OF_16_BITS = 8
# Written by cameras, at most ten; each costs a pass over the whole picture.
_MAX_JPEG_SCANS = 100

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Pillow's own limits, for the process: it warns about a bomb where it is told no better, and lets
# the texts in a PNG unpack to 64 MB.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
PngImagePlugin.MAX_TEXT_MEMORY = 1_000_000
# What a decoder finds odd in somebody's file is not for the log.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")


class PictureError(ValueError):
    """What is wrong with a picture, as one sentence for whoever chose it."""


def open_picture(data: bytes, name: str = "The picture") -> Image.Image:
    """Return a file's picture in grey (mode L), upright, the longer side at most `MAX_SIDE` pixels.

    Of an animation it is the first frame. What is transparent becomes white, or black if what is
    drawn on it is light. The function holds less than 100 MB and writes nothing to disk.

    Args:
        data: The content of a PNG, JPEG, WebP, BMP or GIF file, which nobody has checked. The
            content counts, not how the file is called.
        name: How sentences call it: the file's name, or "The drawing".

    Raises:
        PictureError: the file is too large, is not a picture of these formats, or is damaged.
    """
    name = shown_name(name)
    if not data.strip(b"\0"):
        what = "holds only zero bytes" if data else "is empty"
        raise PictureError(f"{name} {what}; choose a file with a picture in it.")
    if len(data) > MAX_BYTES:
        raise PictureError(
            f"{name} is larger than {MAX_BYTES / 1e6:g} MB, the most that is read; make the "
            "picture smaller, or save it as JPEG."
        )
    try:
        formats = [str(plugin.format) for plugin in _PLUGINS]
        with Image.open(BytesIO(data), formats=formats) as image:
            _check_size(image, data, name)
            return _upright_grey(image)
    except PictureError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(
            f"{name} has more than {MAX_PIXELS / 1e6:g} million pixels, the most that are read of "
            "any picture; make it smaller."
        ) from None
    except Image.UnidentifiedImageError:
        raise PictureError(
            f"{name} is {_kind_of(data)}, and only {FORMATS} can be read; save the picture as JPEG "
            "or PNG."
        ) from None
    except Exception as error:  # a decoder may raise anything: OSError, SyntaxError, zlib.error, …
        raise PictureError(
            f"{name} is cut off or damaged, and a picture is read whole or not at all; save or "
            "send it once more."
        ) from error


def _kind_of(data: bytes) -> str:
    """Return the kind of a file that cannot be read, as a sentence names it."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "a HEIC or AVIF picture, as some phones take them"
    if data[:4] in (b"II*\0", b"MM\0*"):
        return "a TIFF or raw picture"
    return "not a picture we can read"


def shown_name(name: str) -> str:
    """Return a file's name without its folder, on one line of at most 60 characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    plain = "".join(letter if letter.isprintable() else "?" for letter in last)
    return plain if len(plain) <= 60 else f"{plain[:40]}…{plain[-19:]}"


def _check_size(image: Image.Image, data: bytes, name: str) -> None:
    """Refuse a picture whose header says that it would take too much memory or time.

    Raises:
        PictureError: the picture has too many pixels, is too narrow, or has too many scans.
    """
    width, height = image.size
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        most = MAX_PIXELS
        if image.info.get("progressive") or not _one_scan(data):
            # The decoder then keeps two bytes for each number, whatever size it is asked for.
            most = min(most, _DECODING_BYTES // (2 * image.layers))
            if data.count(b"\xff\xda") > _MAX_JPEG_SCANS:
                raise PictureError(
                    f"{name} is a JPEG of more than {_MAX_JPEG_SCANS} scans, which would take "
                    "minutes to read; save it again, not progressive."
                )
    else:
        deep = image.mode == "I;16"
        most = _DECODING_BYTES // (_BYTES_OF_16_BITS if deep else _BYTES_A_PIXEL[str(image.format)])
    if width * height > most:
        raise PictureError(
            f"{name} has {width} × {height} pixels, at most {most / 1e6:.3g} million are read of "
            "its kind; make it smaller."
        )
    if min(width, height) * min(1, MAX_SIDE / max(width, height)) < MIN_SIDE:
        raise PictureError(
            f"{name} has {width} × {height} pixels, too few for a digit, which needs {MIN_SIDE} "
            f"each way when the longer side has {MAX_SIDE}; choose a larger or less narrow picture."
        )


def _one_scan(data: bytes) -> bool:
    """Return whether a JPEG's first scan has all colours, so that it can be decoded row by row."""
    place, colours = 2, 0
    while data[place : place + 1] == b"\xff":
        marker = data[place + 1]
        size = int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xC2:
            colours = data[place + 9]
        if marker == 0xDA:
            return data[place + 4] == colours
        if marker == 0xFF or size < 2:
            break
        place += 2 + size
    return False  # unusual, so taken for the kind that needs more memory


def _upright_grey(image: Image.Image) -> Image.Image:
    """Decode an opened picture; see `open_picture`."""
    scale = min(1.0, MAX_SIDE / max(image.size))
    width, height = (max(MIN_SIDE, round(side * scale)) for side in image.size)
    turn = _TURNS.get(_orientation(image))
    image.draft("RGB", (width, height))  # a JPEG is decoded at 1/2, 1/4 or 1/8 where that suffices
    image.load()
    opaque = None
    if image.mode == "I;16":
        image, opaque = _eight_bits(image)
    elif image.has_transparency_data:
        image = image if image.mode in ("RGBA", "LA") else image.convert("RGBA")
        opaque = image.getchannel("A")
    if opaque is None and image.mode in ("RGB", "P"):
        if image.mode == "P":
            image = image.convert("RGB")
        channels = [
            image.getchannel(one).resize((width, height), Image.Resampling.BOX) for one in "RGB"
        ]
        del image
        grey = grey_of(Image.merge("RGB", channels))
        return grey if turn is None else grey.transpose(turn)
    grey = image.convert("L")
    del image
    if opaque is not None:
        grey = ImageChops.multiply(grey, opaque)
    grey = grey.resize((width, height), Image.Resampling.BOX)
    if opaque is not None:
        grey = _on_background(grey, opaque.resize((width, height), Image.Resampling.BOX))
    return grey if turn is None else grey.transpose(turn)


def _eight_bits(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """Return a picture of 16 bits as one of 8, and where it is opaque; `convert` would clip it."""
    key = image.info.get("transparency")
    deep = np.asarray(image)
    opaque = None if key is None else Image.fromarray(255 * (deep != key).astype(np.uint8))
    return Image.fromarray((deep >> 8).astype(np.uint8)), opaque


def _on_background(grey: Image.Image, opaque: Image.Image) -> Image.Image:
    """Put a grey picture, multiplied by its opacity, on white if it is dark, else on black."""
    shown, total = ImageStat.Stat(grey).sum[0], ImageStat.Stat(opaque).sum[0]
    return grey if shown > total / 2 else ImageChops.add(grey, ImageChops.invert(opaque))


def _orientation(image: Image.Image) -> int:
    try:
        return image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a picture whose notes are damaged is still a picture
        return 1
