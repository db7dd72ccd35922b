"""Turn the iterations of a t-SNE that a program computes into events."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.recorder.arguments import MAX_RECORDED, checked_positions, number
from core.recorder.events import FinalMap, RecordedFrame, Started

#: Bytes of all frames of a run on the disk, a tenth of what runs may take by default.
MAX_BYTES = 400_000_000
#: The largest iteration: a browser counts them in 32 bits.
MAX_ITERATION = 1_000_000_000


class MapWriter:
    """Makes the events of a map of points with these labels, (N,), and pictures, (N, 784)."""

    def __init__(self, labels: NDArray[np.int64], images: NDArray[np.uint8] | None) -> None:
        self._points = {"labels": labels, "indices": np.arange(len(labels))}
        if images is not None:
            self._points["pictures"] = images
        self._frames, self._iteration = 0, -1
        self._most = min(MAX_RECORDED, MAX_BYTES // (4 * len(labels)))
        self._last: NDArray[np.float32] | None = None

    def start(self) -> Started:
        """Return the event that says which points the map has."""
        points = {name: torch.from_numpy(values) for name, values in self._points.items()}
        return Started(progress=0.0, points=points)

    def frame(
        self, positions: Any, kl: Any, iteration: int | None, total: int | None
    ) -> RecordedFrame | None:
        """Return the event of an iteration; None where no more are recorded.

        Raises:
            ValueError: an argument is not of its kind.
        """
        found = checked_positions(positions, len(self._points["labels"]))
        divergence = None if kl is None else number(kl, "kl")
        if iteration is None:
            iteration = self._iteration + 1
        whole = isinstance(iteration, int) and not isinstance(iteration, bool)
        if not whole or not self._iteration < iteration <= MAX_ITERATION:
            raise ValueError(
                f"iteration (={iteration!r}) must be a whole number above that of the frame before "
                f"(={self._iteration}) and at most {MAX_ITERATION:,}; leave it out to count frames."
            )
        self._iteration = iteration
        if self._frames >= self._most:
            if self._frames == self._most:
                warnings.warn(
                    f"The recorder keeps {self._most:,} frames of this map, and this is one more; "
                    "what comes now is not recorded. Call run.frame less often, such as once in 10 "
                    "iterations.",
                    stacklevel=3,
                )
            self._frames += 1
            return None
        # What is not finite is a map that has diverged, which has no divergence either.
        known = divergence is not None and bool(np.isfinite(found).all())
        self._frames += 1
        self._last = found
        return RecordedFrame(
            progress=0.0 if total is None else min(1.0, iteration / total),
            iteration=iteration,
            number=self._frames - 1,
            positions=found,
            kl_divergence=divergence if known else None,
        )

    def end(self) -> FinalMap | None:
        """Return the event of the last map; None where there is none, or it has diverged."""
        if self._last is None or not np.isfinite(self._last).all():
            return None
        return FinalMap(progress=1.0, positions=self._last)
