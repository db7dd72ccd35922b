"""MNIST as torchvision reads it, from the files that ship with the lab."""

from __future__ import annotations

from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from core.data.data_sets import DATA_SETS
from core.data.shipped import unpacked


def mnist(*, train: bool) -> MNIST:
    """Return the training or the test digits: tensors (1, 28, 28) from 0 to 1, and labels."""
    return MNIST(unpacked(DATA_SETS["mnist"]), train=train, transform=ToTensor())
