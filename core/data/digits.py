"""The handwritten digits: MNIST's pictures and labels as tensors, loaded once per process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import torch
from torch import Tensor

from core.data.mnist import DigitsError, unpacked_mnist

__all__ = ["Digits", "DigitsError", "Split", "load_digits"]

Split = Literal["train", "test"]
TRAINING_DIGITS = 60_000


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
