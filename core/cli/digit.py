"""`python -m core digit`: turn pictures of digits into MNIST digits, without a browser."""

from __future__ import annotations

import argparse
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from core.files import replace_bytes
from core.scan.find_digits import find_digits
from core.scan.picture_file import MAX_BYTES, PictureError, open_picture, shown_name
from models import SIDE


def add_digit_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `digit` to the commands; its options carry the function to call."""
    digit = commands.add_parser("digit", help="turn pictures of digits into MNIST digits")
    digit.add_argument(
        "pictures",
        type=Path,
        nargs="+",
        metavar="PICTURE",
        help="a picture with one or several handwritten digits",
    )
    digit.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="folder for the digits (PNG)"
    )
    digit.add_argument(
        "--invert",
        action=argparse.BooleanOptionalAction,
        help="--invert: dark ink on light paper; --no-invert: light ink on dark paper (default: "
        "found from the picture)",
    )
    digit.set_defaults(command=write_digits)


def write_digits(options: argparse.Namespace) -> int:
    """Write the digits of each picture and print their paths, or what is wrong with the picture.

    Returns:
        The exit status: 0, or 1 if nothing was written for at least one picture.
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
    """Write one picture's digits, all or none, as NAME.png or NAME-1.png, NAME-2.png, ….

    Raises:
        PictureError: the picture cannot be read or shows no digit, or such files exist already.
    """
    name = shown_name(str(picture))
    try:
        with picture.open("rb") as file:
            data = file.read(MAX_BYTES + 1)  # one more shows that it is too large
    except OSError as error:
        raise PictureError(
            f"{name} cannot be read ({error.strerror or error}); choose a picture file."
        ) from error
    digits = find_digits(open_picture(data, name), invert=invert, name=name)
    endings = [f"-{number}" for number in range(1, len(digits) + 1)] if len(digits) > 1 else [""]
    paths = [folder / f"{picture.stem}{ending}.png" for ending in endings]
    written: list[Path] = []
    try:
        if taken := [path for path in paths if path.exists()]:
            raise PictureError(
                f"{taken[0]} exists already and is not overwritten by the digits of {name}; rename "
                "the picture, or choose another folder with --out."
            )
        folder.mkdir(parents=True, exist_ok=True)
        for path, digit in zip(paths, digits, strict=True):
            replace_bytes(path, _png(digit.pixels))
            written.append(path)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise PictureError(
            f"The digits of {name} cannot be written to {folder} ({error.strerror or error}); "
            "choose another folder with --out."
        ) from error
    return paths


def _png(pixels: Tensor) -> bytes:
    """Return a digit (784,) as a grey PNG of 28 × 28 pixels, light on dark."""
    grey = (pixels.reshape(SIDE, SIDE).numpy() * 255).round().astype(np.uint8)
    content = BytesIO()
    Image.fromarray(grey).save(content, "PNG")
    return content.getvalue()
