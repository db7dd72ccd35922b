"""Measures how well a model recognises what is not a digit: letters, scribbles, noise, turns.

    python -m bench.novelty

Each of the gallery's models judges pictures of things that it was not trained on, and real digits:
half of the test digits by the other half. Beside the joint level stands that of the error alone.
"""

from __future__ import annotations

import platform
import string
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import PIL
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from core.analysis.latent import encode, reconstruction_errors
from core.analysis.novelty import UNLIKE, UNUSUAL, Novelty, NoveltyReference
from core.data.digits import load_digits
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model
from models import Model

RESULTS = Path(__file__).parent / "results" / "novelty.md"
RUNS = ("compression", "denoising", "sparse", "vae")
#: Pixels a side of a digit.
SIDE = 28
#: Pixels a side of the box into which MNIST fits a digit.
BOX = 20
#: Pixels a side of a picture before it is made as small as a digit.
LARGE = 280
COUNT = 200


def as_mnist(picture: Image.Image) -> Tensor:
    """Fit white marks on black into a box of 20 x 20, centred by mass as in MNIST: (784,)."""
    marks = picture.crop(picture.getbbox())
    scale = BOX / max(marks.size)
    size = (max(1, round(marks.width * scale)), max(1, round(marks.height * scale)))
    small = np.asarray(marks.resize(size, Image.Resampling.BOX), np.float32)
    small = small / small.max()
    digit, place = np.zeros((SIDE, SIDE), np.float32), []
    for axis, length in enumerate(small.shape):
        weights = small.sum(axis=1 - axis)
        centre = float(weights @ np.arange(length) / weights.sum())
        place.append(min(max(round((SIDE - 1) / 2 - centre), 0), SIDE - length))
    top, left = place
    digit[top : top + small.shape[0], left : left + small.shape[1]] = small
    return torch.from_numpy(digit.reshape(-1))


def printed(texts: Sequence[str], stroke: int) -> Tensor:
    """Draw characters in Pillow's own font, their lines made thicker by `stroke`: (texts, 784)."""
    font = ImageFont.load_default(120)
    pictures: list[Tensor] = []
    for text in texts:
        picture = Image.new("L", (LARGE, LARGE))
        ImageDraw.Draw(picture).text((60, 50), text, fill=255, font=font, stroke_width=stroke)
        pictures.append(as_mnist(picture))
    return torch.stack(pictures)


def scribbles(corners: int, count: int = COUNT) -> Tensor:
    """Draw lines as thick as a digit's from one random place to the next, (count, 784)."""
    random = np.random.default_rng(corners)
    pictures: list[Tensor] = []
    for _ in range(count):
        picture = Image.new("L", (LARGE, LARGE))
        places = [(float(x), float(y)) for x, y in random.uniform(40, 240, (corners, 2))]
        ImageDraw.Draw(picture).line(places, fill=255, width=24, joint="curve")
        pictures.append(as_mnist(picture))
    return torch.stack(pictures)


def other_things() -> dict[str, Tensor]:
    """Return pictures that are not digits, by name: (n, 784) each."""
    generator = torch.Generator().manual_seed(0)
    digits = load_digits("test").pixels[:COUNT]
    images = digits.view(-1, SIDE, SIDE)
    permutations = torch.rand(digits.shape, generator=generator).argsort(dim=1)
    return {
        "letters A-Z, a-z": printed(string.ascii_letters, 0),
        "the same, bold": printed(string.ascii_letters, 4),
        "scribbles of 5 corners": scribbles(5),
        "scribbles of 10 corners": scribbles(10),
        "uniform noise": torch.rand(digits.shape, generator=generator),
        "digits, their pixels shuffled": digits.gather(1, permutations),
        "digits inverted": 1 - digits,
        "digits moved by 6 pixels": images.roll((6, 6), (1, 2)).reshape(-1, SIDE * SIDE),
        "digits turned by 90 degrees": images.rot90(1, (1, 2)).reshape(-1, SIDE * SIDE),
        "digits mirrored": images.flip(2).reshape(-1, SIDE * SIDE),
        "two digits on each other": torch.maximum(digits, digits.flip(0)),
        "nothing": torch.zeros(1, SIDE * SIDE),
    }


def judge(model: Model, reference: NoveltyReference, pixels: Tensor) -> list[Novelty]:
    return reference.judge(reconstruction_errors(model, pixels), encode(model, pixels))


def share(found: Sequence[Novelty], says: Callable[[Novelty], bool]) -> str:
    return f"{sum(map(says, found)) / len(found):.3f}"


def row(name: str, found: Sequence[Novelty]) -> str:
    """Return the row of a table for one kind of picture."""
    shares = (
        share(found, lambda each: each.percentile >= UNUSUAL),
        share(found, lambda each: each.percentile >= UNLIKE),
        share(found, lambda each: each.error_percentile >= UNLIKE),
        share(found, lambda each: each.percentile >= 0.999),
        share(found, lambda each: each.error_percentile >= 0.999),
    )
    return f"| {name} | {len(found)} | {' | '.join(shares)} |"


def table(run: str) -> str:
    """Return the table of one model's levels."""
    record = RunStore().get(run)
    model = load_model(record, checkpoint_epochs(record)[-1])
    test, training_codes = load_digits("test").pixels, encode(model, load_digits("train").pixels)
    errors, codes = reconstruction_errors(model, test), encode(model, test)
    even, odd = slice(0, None, 2), slice(1, None, 2)
    half = NoveltyReference.of(errors[even], codes[even], training_codes)
    whole = NoveltyReference.of(errors, codes, training_codes)
    rows = [
        row("**real test digits**, by the other half", half.judge(errors[odd], codes[odd])),
        row("printed digits 0-9", judge(model, whole, printed(string.digits, 0))),
    ]
    rows += [row(name, judge(model, whole, pixels)) for name, pixels in other_things().items()]
    return f"""## {record.request.title} ({run})

| pictures | number | unusual or unlike | unlike | by the error alone | at 99.9 % | error alone |
|---|---|---|---|---|---|---|
{chr(10).join(rows)}
"""


def main() -> None:
    torch.set_num_threads(1)
    text = f"""# What a model takes for a digit

`python -m bench.novelty`: which share of the pictures each level is given to. A picture is
*unusual* from the {100 * UNUSUAL:.0f}th percentile of real test digits on and *unlike* them from
the {100 * UNLIKE:.0f}th on, by the stranger of two measures: the error of its reconstruction and
the distance of its code to the nearest training codes. Beside it the same limit for the error
alone, and what both would say at 99.9 %.

{chr(10).join(table(run) for run in RUNS)}
Letters are those of Pillow's font, with those among them that are like a digit (O, I, l, S, Z, b);
so are zeros, ones and eights when they are turned or mirrored. No limit finds those.

Python {platform.python_version()}, torch {torch.__version__}, Pillow {PIL.__version__}.
"""
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
