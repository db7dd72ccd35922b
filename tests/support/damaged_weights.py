"""Ways in which the numbers in a file of the right length can be unusable."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import safetensors.numpy
import safetensors.torch

NOT_FINITE = "some of its numbers are NaN or infinite"


def one_number(value: float) -> Callable[[Path], None]:
    """Returns a function that writes this value into the middle of each float tensor of a file."""

    def write(path: Path) -> None:
        content = path.read_bytes()
        with safetensors.safe_open(path, "np") as file:
            metadata = file.metadata()
        tensors = {name: tensor.copy() for name, tensor in safetensors.numpy.load(content).items()}
        for tensor in tensors.values():
            if tensor.dtype == np.float32:
                tensor.reshape(-1)[tensor.size // 2] = value
        path.write_bytes(safetensors.numpy.save(tensors, metadata))

    return write


def all_bytes(byte: int) -> Callable[[Path], None]:
    """Returns a function that replaces all of a file's numbers, whose length stays the same."""

    def write(path: Path) -> None:
        content = path.read_bytes()
        header = 8 + int.from_bytes(content[:8], "little")
        path.write_bytes(content[:header] + bytes([byte]) * (len(content) - header))

    return write


DAMAGES: dict[str, Callable[[Path], None]] = {
    "NaN": one_number(np.nan),
    "Inf": one_number(np.inf),
    "0xff": all_bytes(0xFF),
}
