"""The digits: pictures and labels of a data set as tensors, loaded once per process.

The pictures of every data set are called digits in the code, whatever they show.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from core.data.data_sets import (
    CLASSES,
    DATA_SETS,
    MNIST,
    DataSet,
    DigitsError,
    data_set,
    shown_path,
)
from core.data.shipped import unpacked
from models import SIDE

__all__ = ["Digits", "DigitsError", "Split", "all_labels", "digits_at", "load_digits"]

Split = Literal["train", "test"]
TRAINING_DIGITS = 60_000
TEST_DIGITS = 10_000
#: Training and test digits.
ALL_DIGITS = TRAINING_DIGITS + TEST_DIGITS

# A data set takes 220 MB: a page and a run that want it at once must not both load it.
_LOADING = {name: threading.Lock() for name in DATA_SETS}


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


def load_digits(split: Split, data: str = MNIST) -> Digits:
    """Return the 60,000 training or 10,000 test digits of a data set; a process loads each once.

    `data` is the name of the data set. Of those with more digits these are the first.

    Raises:
        DigitsError: the files cannot be had.
        ValueError: there is no such split or data set.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split (={split!r}) must be 'train' or 'test'.")
    with _LOADING[data_set(data).name]:
        return _loaded(split, data)


@cache
def _loaded(split: Split, name: str) -> Digits:
    data = data_set(name)
    images, labels = _read(data, split)
    pixels = images.reshape(-1, SIDE * SIDE).to(torch.float32).div_(255)
    return Digits(pixels, labels, f"{data.title} {split}")


def _read(data: DataSet, split: Split) -> tuple[Tensor, Tensor]:
    """Return the pictures, uint8 (N, 28, 28), and the labels, int64 (N,), of a data set.

    Raises:
        DigitsError: the files cannot be had, or hold something else.
    """
    if data.folder is None and (missing := data.missing_files()):
        raise DigitsError(
            f"{shown_path(missing[0])} is missing, so {data.title} cannot be used; put the files "
            f"there that torchvision's {data.torchvision} downloads, or choose another data set."
        )
    raw = unpacked(data) / data.torchvision / "raw" if data.folder else data.own_folder
    first = 0 if split == "train" else 2
    count = TRAINING_DIGITS if split == "train" else TEST_DIGITS
    images, labels = (_read_idx(raw / name, data) for name in data.files[first : first + 2])
    images, labels = images[:count], labels[:count]
    if labels.ndim == 2:  # QMNIST's other columns tell who wrote a digit
        labels = labels[:, 0]
    if (
        images.shape != (count, SIDE, SIDE)
        or images.dtype != torch.uint8
        or labels.shape != (count,)
        or labels.unique().tolist() != list(range(CLASSES))
    ):
        raise DigitsError(
            f"{shown_path(raw / data.files[first])} and {data.files[first + 1]} must hold "
            f"{count:,} pictures of {SIDE}x{SIDE} pixels and their labels, {CLASSES} classes from "
            f"0 to {CLASSES - 1}; put the files of {data.title} there again."
        )
    # In EMNIST's files rows and columns are exchanged.
    return (images.transpose(1, 2) if data.is_transposed else images), labels.long()


def _read_idx(path: Path, data: DataSet) -> Tensor:
    """Return the content of a file in MNIST's format.

    Raises:
        DigitsError: it has another format, or ends too early.
    """
    # Here and not above: it takes a second, which only a process that needs digits should pay.
    from torchvision.datasets.mnist import read_sn3_pascalvincent_tensor

    try:
        return read_sn3_pascalvincent_tensor(str(path))
    except OSError as error:
        raise DigitsError(
            f"{shown_path(path)} cannot be read ({error.strerror or error}); let the lab read the "
            f"files of {data.title}, or choose another data set."
        ) from error
    except (ValueError, LookupError, RuntimeError, AssertionError) as error:
        raise DigitsError(
            f"{shown_path(path)} is damaged; put the files of {data.title} there again."
        ) from error


def all_labels(data: str = MNIST) -> Tensor:
    """Return the labels of all 70,000 digits, the training digits first: int64 (70000,)."""
    return torch.cat([load_digits("train", data).labels, load_digits("test", data).labels])


def digits_at(indices: Tensor, data: str = MNIST) -> Digits:
    """Return the digits at these places among all 70,000, the training digits first.

    `indices` are int64, (N,). Ascending ones from 0 on without a gap share the memory where no
    test digit is among them.

    Raises:
        IndexError: a place does not exist.
        DigitsError: the files of the data set cannot be had.
    """
    train = load_digits("train", data)
    last = int(indices.max()) if len(indices) else -1
    if last < TRAINING_DIGITS:
        gapless = last == len(indices) - 1 and bool((indices.diff() == 1).all())
        return train.take(slice(0, last + 1) if gapless else indices)
    test = load_digits("test", data)
    of_test = indices >= TRAINING_DIGITS
    pixels = torch.empty(len(indices), train.pixels.shape[1])
    labels = torch.empty(len(indices), dtype=torch.int64)
    for split, chosen, offset in ((train, ~of_test, 0), (test, of_test, TRAINING_DIGITS)):
        pixels[chosen] = split.pixels[indices[chosen] - offset]
        labels[chosen] = split.labels[indices[chosen] - offset]
    return Digits(pixels, labels, data_set(data).title)
