"""Reading the files that a t-SNE run keeps its maps in, also while it writes them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from core.record import RunError, RunRecord
from core.tsne import FRAMES_FILE


class FramesFile:
    """The growing file of positions, float16, of a run whose maps are shaped (P, N, 2).

    `count` is the number of frames that were whole when it was opened.

    Raises:
        RunError: there is no such file.
    """

    def __init__(self, record: RunRecord, shape: tuple[int, int, int]) -> None:
        self._record = record
        self._path = record.folder / FRAMES_FILE
        self._shape = shape
        try:
            self.count = self._path.stat().st_size // (math.prod(shape) * 2)
        except OSError:
            raise missing(record, FRAMES_FILE) from None

    def read(self, places: NDArray[np.int64]) -> NDArray[np.float32]:
        """The frames at these places, (places, P, N, 2).

        Raises:
            RunError: the file has become shorter, or is gone.
        """
        frames = np.empty((len(places), *self._shape), np.float16)
        try:
            with self._path.open("rb") as file:
                for place, frame in zip(places, frames, strict=True):
                    file.seek(int(place) * frame.nbytes)
                    # Not a memory map: a run that goes on cuts the file, which would kill a reader.
                    if file.readinto(frame.data) < frame.nbytes:
                        raise damaged(self._record, FRAMES_FILE, "it has just become shorter")
        except OSError:
            raise missing(self._record, FRAMES_FILE) from None
        return frames.astype(np.float32)


def read_tensors(record: RunRecord, name: str) -> dict[str, NDArray[Any]]:
    """The tensors in a safetensors file of the run.

    Raises:
        RunError: it is missing or damaged.
    """
    try:
        return safetensors.numpy.load_file(record.folder / name)
    except FileNotFoundError:
        raise missing(record, name) from None
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged(record, name, str(error)) from None


def missing(record: RunRecord, name: str) -> RunError:
    """What to say of a file that is not there."""
    return RunError(f"Run {record.id} has no file {name}; choose another run, or run it again.")


def damaged(record: RunRecord, name: str, reason: str) -> RunError:
    """What to say of a file that cannot be."""
    return RunError(
        f"{name} of run {record.id} is damaged ({reason}); choose another run, or run it again."
    )
