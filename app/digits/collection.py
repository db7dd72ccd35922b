"""The digits that a visitor drew or uploaded and wants to keep, until the lab ends."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from app.server.visits import remember, remembered
from app.ui.images import to_png, to_uint8
from models import SIDE

#: Where the digits are in `st.session_state`.
_KEY = "my-digits"
#: Where the number of the digit that was kept last is in `st.session_state`.
_LAST = "my-digits:last"
#: So that a visit stays small.
MAX = 100


@dataclass(frozen=True, eq=False)
class MyDigit:
    """A kept digit: 28x28 grey levels, uint8 (784,), and the number by which it is called."""

    number: int
    pixels: NDArray[np.uint8]

    @property
    def name(self) -> str:
        return f"my digit {self.number}"


def my_digits() -> tuple[MyDigit, ...]:
    """Return the kept digits, the oldest first; also those of another visit with this browser."""
    return remembered(_KEY) or st.session_state.get(_KEY, ())


def keep(pixels: torch.Tensor) -> MyDigit:
    """Keep a digit, (784,) in [0, 1], and return it; an equal one is kept only once.

    Raises:
        ValueError: too many are kept.
    """
    grey = to_uint8(pixels)
    known = my_digits()
    for digit in known:
        if np.array_equal(digit.pixels, grey):
            return digit
    if len(known) >= MAX:
        raise ValueError(f"{len(known)} digits are kept, which is the most; remove some first.")
    # Never the number of one that was removed: a page may remember it.
    number = (remembered(_LAST) or st.session_state.get(_LAST, 0)) + 1
    digit = MyDigit(number, grey)
    st.session_state[_LAST] = number
    remember(_LAST, number)
    _replace((*known, digit))
    return digit


def remove(number: int) -> None:
    """Remove one of the digits."""
    _replace(tuple(digit for digit in my_digits() if digit.number != number))


def _replace(digits: tuple[MyDigit, ...]) -> None:
    st.session_state[_KEY] = digits
    remember(_KEY, digits)


def pixels_of(digits: tuple[MyDigit, ...] | list[MyDigit]) -> torch.Tensor:
    """Return some kept digits as models get them: float32 (N, 784) in [0, 1]."""
    return torch.from_numpy(np.stack([digit.pixels for digit in digits])).float() / 255


def as_png(digit: MyDigit) -> bytes:
    """Return the digit as a grey PNG of 28x28 pixels, white ink on black as in MNIST."""
    return to_png(digit.pixels.reshape(SIDE, SIDE))


def as_zip(digits: tuple[MyDigit, ...]) -> bytes:
    """Return the digits as PNGs in one ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for digit in digits:
            archive.writestr(f"my-digit-{digit.number}.png", as_png(digit))
    return file.getvalue()
