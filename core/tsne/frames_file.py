"""Read the files in which a t-SNE run keeps its maps, also while it writes them."""

from __future__ import annotations

import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.runs import tensor_files
from core.runs.opening import open_file, size_of
from core.runs.record import RunError, RunRecord
from core.runs.tensor_files import NOT_FINITE, missing, read_tensors
from core.tsne.frame import FRAMES_FILE

_WAY_OUT = "choose another run, or run it again"


class FramesFile:
    """The growing file of positions, float16, of a run whose maps are shaped (P, N, 2).

    `count` is the number of frames that were whole when it was opened.

    Raises:
        RunError: there is no such file, or it breaks a rule of `core.runs.opening`.
    """

    def __init__(self, record: RunRecord, shape: tuple[int, int, int]) -> None:
        self._record = record
        self._path = record.folder / FRAMES_FILE
        self._shape = shape
        try:
            self.count = size_of(self._path) // (math.prod(shape) * 2)
        except OSError:
            raise missing(self._path, _WAY_OUT) from None

    def read(
        self, places: NDArray[np.int64], divergences: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """Return the frames at these places, (places, P, N, 2).

        `divergences`, (places, P), are the KL divergences that the history has for them: NaN where
        a map has diverged, whose positions need not be finite.

        Raises:
            RunError: the file has become shorter, or is gone, or a map that has not diverged has
                positions that are NaN or infinite.
        """
        frames = np.empty((len(places), *self._shape), np.float16)
        try:
            with open_file(self._path) as file:
                for place, frame in zip(places, frames, strict=True):
                    file.seek(int(place) * frame.nbytes)
                    # Not a memory map: a run that goes on cuts the file, which would kill a reader.
                    if file.readinto(frame.data) < frame.nbytes:
                        raise damaged(self._record, FRAMES_FILE, "it has just become shorter")
        except OSError:
            raise missing(self._path, _WAY_OUT) from None
        finite = np.isfinite(frames).all(axis=(2, 3))
        if not (finite | ~np.isfinite(divergences)).all():
            raise damaged(self._record, FRAMES_FILE, NOT_FINITE)
        return frames.astype(np.float32)


def read_arrays(
    record: RunRecord, name: str, *, diverged: Collection[str] = ()
) -> dict[str, NDArray[Any]]:
    """Return the tensors in a safetensors file of the run; those of maps that have `diverged` need
    not be finite.

    Raises:
        RunError: the file is missing or damaged.
    """
    tensors, _ = read_tensors(record.folder / name, _WAY_OUT, diverged=diverged)
    return {name: tensor.numpy() for name, tensor in tensors.items()}


def damaged(record: RunRecord, name: str, reason: str) -> RunError:
    """Return the error about a file of the run that cannot be used."""
    return tensor_files.damaged(record.folder / name, reason, _WAY_OUT)
