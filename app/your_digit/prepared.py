"""The 28x28 pixels that a picture becomes, and which of them the models get."""

from __future__ import annotations

import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.ui.choice import choose_one
from app.ui.images import to_uint8
from app.your_digit.given import Prepared

#: The two ways to make 28x28 pixels of a picture.
AS_MNIST = "As MNIST"
RESIZED = "Only resized"


def prepare(given: Prepared) -> Tensor:
    """Draw the 28x28 pixels of a digit; return those that the models get, (784,)."""
    both = {AS_MNIST: given.pixels}
    if given.resized is not None:
        both[RESIZED] = given.resized
    digit_tiles(
        [TileRow(title="28 × 28 pixels", pictures=to_uint8(torch.stack([*both.values()])))],
        key="digit:prepared",
        description=f"The 28 by 28 pixels of {given.name}: {' and '.join(both).lower()}.",
        captions=list(both) if len(both) > 1 else [given.name],
        per_line=5,
        per_line_narrow=3,
    )
    if len(both) == 1:
        return given.pixels
    way = choose_one(
        "The models get",
        list(both),
        default=AS_MNIST,
        key="digit:preparation",
        link="prepared",
        persist_state="session",
        help="MNIST's makers cropped every digit, scaled it into a box of 20 × 20 pixels and "
        "put its centre of mass into the middle of 28 × 28. A picture that is only resized "
        "looks like a digit to you, and unlike any training digit to the models.",
    )
    return both[way]
