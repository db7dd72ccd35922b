"""The handwritten digits: MNIST's pictures and labels as tensors, loaded once per process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from core.data.mnist import DigitsError, unpacked_mnist

__all__ = ["Digits", "DigitsError", "Split", "all_labels", "digits_at", "load_digits"]

Split = Literal["train", "test"]
TRAINING_DIGITS = 60_000
TEST_DIGITS = 10_000
#: Training and test digits.
ALL_DIGITS = TRAINING_DIGITS + TEST_DIGITS


@dataclass(frozen=True, eq=False)
class Digits:
    """Some digits and what they show.

    `pixels` is float32 (N, 784), row by row, 0 background to 1 ink; `labels` is int64 (N,);
    `name` is what a page calls them. The tensors are shared: nobody writes into them.

    Raises:
        ValueError: the tensors have other shapes or types than these.
    """

    pixels: Tensor
    labels: Tensor
    name: str

    def __post_init__(self) -> None:
        if self.pixels.dtype != torch.float32 or self.pixels.shape[1:] != (784,):
            raise ValueError(
                f"pixels ({self.pixels.dtype}, {tuple(self.pixels.shape)}) must be float32 of "
                "shape (N, 784); flatten each 28x28 picture and scale it to 0..1."
            )
        if self.labels.dtype != torch.int64 or self.labels.shape != self.pixels.shape[:1]:
            raise ValueError(
                f"labels ({self.labels.dtype}, {tuple(self.labels.shape)}) must be int64 of shape "
                f"({len(self.pixels)},): one label for each digit."
            )

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, indices: Tensor | Sequence[int] | slice) -> Digits:
        """Return the digits at these places, in this order; a slice shares the memory.

        Raises:
            IndexError: a place does not exist.
        """
        if not isinstance(indices, slice):
            indices = torch.as_tensor(indices, dtype=torch.int64)
        return Digits(self.pixels[indices], self.labels[indices], self.name)


@cache
def load_digits(split: Split) -> Digits:
    """Return the 60,000 training or 10,000 test digits of MNIST; a process loads each set once.

    Raises:
        DigitsError: the files cannot be had; see `unpacked_mnist`.
        ValueError: there is no such split.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split (={split!r}) must be 'train' or 'test'.")
    root = unpacked_mnist()
    # Here and not above: it takes a second, which only a process that needs digits should pay.
    from torchvision.datasets import MNIST

    data = MNIST(root, train=split == "train")
    pixels = data.data.reshape(-1, 784).to(torch.float32).div_(255)
    return Digits(pixels, data.targets, f"MNIST {split}")


def all_labels() -> Tensor:
    """Return the labels of all 70,000 digits, the training digits first: int64 (70000,)."""
    return torch.cat([load_digits("train").labels, load_digits("test").labels])


def digits_at(indices: Tensor) -> Digits:
    """Return the digits at these places among all 70,000, the training digits first.

    `indices` are int64, (N,). Ascending ones from 0 on without a gap share the memory where no
    test digit is among them.

    Raises:
        IndexError: a place does not exist.
    """
    train = load_digits("train")
    last = int(indices.max()) if len(indices) else -1
    if last < TRAINING_DIGITS:
        gapless = last == len(indices) - 1 and bool((indices.diff() == 1).all())
        return train.take(slice(0, last + 1) if gapless else indices)
    test = load_digits("test")
    of_test = indices >= TRAINING_DIGITS
    pixels = torch.empty(len(indices), train.pixels.shape[1])
    labels = torch.empty(len(indices), dtype=torch.int64)
    for split, chosen, offset in ((train, ~of_test, 0), (test, of_test, TRAINING_DIGITS)):
        pixels[chosen] = split.pixels[indices[chosen] - offset]
        labels[chosen] = split.labels[indices[chosen] - offset]
    return Digits(pixels, labels, "MNIST")
