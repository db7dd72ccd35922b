"""Pictures of digits as one picture, for files that hold them all."""

from __future__ import annotations

import base64
import io
import math

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from core.data.digits import DigitsError, digits_at
from models import SIDE


def digit_sheet(indices: NDArray[np.int64], data: str) -> str | None:
    """Return digits of a data set in rows of ceil(sqrt(N)) as a data URL.

    It is None if the files of the data set cannot be had.
    """
    try:
        pixels = digits_at(torch.from_numpy(indices), data).pixels
    except DigitsError:
        return None
    columns = math.ceil(math.sqrt(len(indices)))
    grid = np.zeros((columns * columns, SIDE, SIDE), np.uint8)
    grid[: len(indices)] = (pixels.numpy() * 255).round().reshape(-1, SIDE, SIDE)
    grid = grid.reshape(columns, columns, SIDE, SIDE).swapaxes(1, 2)
    content = io.BytesIO()
    picture = Image.fromarray(grid.reshape(columns * SIDE, columns * SIDE))
    picture.save(content, "PNG", optimize=True)
    return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"
