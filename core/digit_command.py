"""`python -m core digit`: pictures of digits as MNIST would show them, without a browser."""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from core.files import replace_bytes
from core.find_digits import find_digits
from core.pictures import MAX_BYTES, PictureError, open_picture, shown_name
from models import SIDE


def add_digit_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `digit` to the commands; its options carry the function to call."""
    digit = commands.add_parser("digit", help="make MNIST digits of pictures")
    digit.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")
    digit.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where they go")
    digit.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="the ink is dark on light paper, or is not (as it looks)",
    )
    digit.set_defaults(command=write_digits)


def write_digits(options: argparse.Namespace) -> int:
    """Writes the digits of each picture and prints their paths; tells what is wrong with others.

    Returns:
        The exit status: 0, or 1 if there was a picture from which nothing was written.
    """
    status = 0
    for picture in options.pictures:
        try:
            for path in _write_digits_of(picture, options.out, options.invert):
                print(path)
        except PictureError as error:
            print(f"python -m core: {error}", file=sys.stderr)
            status = 1
    return status


def _write_digits_of(picture: Path, folder: Path, invert: bool | None) -> list[Path]:
    """Writes one picture's digits, all or none, as NAME.png or NAME-1.png, NAME-2.png, ….

    Raises:
        PictureError: it cannot be read, shows no digit, or there are files of these names.
    """
    name = shown_name(str(picture))
    try:
        with picture.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more shows that it is too large
    except OSError as error:
        raise PictureError(
            f"{name} cannot be read ({error.strerror or error}); name a file with a picture in it."
        ) from error
    digits = find_digits(open_picture(data, name), invert=invert, name=name)
    endings = [f"-{number}" for number in range(1, len(digits) + 1)] if len(digits) > 1 else [""]
    paths = [folder / f"{picture.stem}{ending}.png" for ending in endings]
    written: list[Path] = []
    try:
        if taken := [path for path in paths if path.exists()]:
            raise PictureError(
                f"{name} would be written over {taken[0]}, and nothing is written over; rename it, "
                "or name another folder with --out."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for path, digit in zip(paths, digits, strict=True):
            replace_bytes(path, _png(digit.pixels))
            written.append(path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise PictureError(
            f"{name} cannot be written to {folder} ({error.strerror or error}); name another "
            "folder with --out."
        ) from error
    return paths


def _png(pixels: Tensor) -> bytes:
    """A digit (784,) as a grey PNG of 28 × 28 pixels, light on dark."""
    grey = (pixels.reshape(SIDE, SIDE).numpy() * 255).round().astype(np.uint8)
    content = BytesIO()
    Image.fromarray(grey).save(content, "PNG")
    return content.getvalue()
