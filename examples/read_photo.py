"""Read the digits in a photo and say what they are.

    python -m examples.read_photo photo.jpg

Each digit is compared with the 60,000 training digits; its nearest ones vote.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from core.analysis.neighbours import nearest, vote
from core.data.digits import load_digits
from core.scan.find_digits import find_digits
from core.scan.picture_file import PictureError, open_picture

NEIGHBOURS = 10


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each digit of the photo: where it is, what it is, and how many neighbours say so."""
    parser = argparse.ArgumentParser(description="Read handwritten digits in a photo.")
    parser.add_argument("photo", type=Path)
    options = parser.parse_args(arguments)

    try:
        found = find_digits(open_picture(options.photo.read_bytes(), options.photo.name))
    except (OSError, PictureError) as error:
        parser.exit(1, f"{error}\n")
    training = load_digits("train")
    neighbours = nearest(
        torch.stack([digit.pixels for digit in found]), training.pixels, NEIGHBOURS
    )
    for digit, indices in zip(found, neighbours.indices, strict=True):
        answer = vote(training.labels[indices])
        votes = answer.counts[answer.winner]
        print(f"{digit.box}: {answer.winner}, say {votes} of {NEIGHBOURS} neighbours")


if __name__ == "__main__":
    main()
