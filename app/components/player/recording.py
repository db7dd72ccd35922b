"""The data of a replay: every map at every recorded iteration, and the digits on the maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.components.player.lines import check_maps
from app.components.player.packing import Packed, pack_recording
from core.data.data_sets import DATA_SETS, MNIST, DataSet
from models import PIXELS


@dataclass(frozen=True, kw_only=True, eq=False)
class ReplayData:
    """S recorded frames of P maps of the same N digits.

    Packing takes a tenth of a second and is remembered with the recording: make one recording a
    run, keep it (`st.cache_resource`), and hand the same one to `replay` in every script run.

    Attributes:
        names: What the maps are called, 1 to `MAX_PANELS`, such as "SGD, lr 10".
        optimizers: Which optimiser made each map, such as "sgd"; it has its own colour.
        iterations: The iteration of each frame, (S,), ascending.
        positions: Where the digits are, (S, P, N, 2); NaN where a map has diverged.
        labels: What the digits show, (N,), 0 to 9.
        pictures: The digits, (N, 784).
        indices: Their numbers in the training set, (N,).
        kl: KL(P‖Q) of each frame in nats, (S, P); NaN allowed.
        agreement: Share of the five nearest neighbours with the same label, (S, P), 0 to 1; NaN
            where it was not measured.
        data_set: What the digits are of.

    Raises:
        ValueError: They do not fit each other.
    """

    names: Sequence[str]
    optimizers: Sequence[str]
    iterations: NDArray[np.int64]
    positions: NDArray[np.floating]
    labels: NDArray[np.uint8]
    pictures: NDArray[np.uint8]
    indices: NDArray[np.int64]
    kl: NDArray[np.floating]
    agreement: NDArray[np.floating]
    data_set: DataSet = DATA_SETS[MNIST]
    _packed: dict[int, Packed] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        check_maps(self.names, self.optimizers)
        frames, count, panels = len(self.iterations), len(self.labels), len(self.names)
        shapes = {
            "iterations": (frames,),
            "positions": (frames, panels, count, 2),
            "labels": (count,),
            "pictures": (count, PIXELS),
            "indices": (count,),
            "kl": (frames, panels),
            "agreement": (frames, panels),
        }
        for name, shape in shapes.items():
            found = np.shape(getattr(self, name))
            if found != shape:
                raise ValueError(
                    f"{name} has shape {found}, but {frames} iterations, {panels} names and "
                    f"{count} labels make it {shape}."
                )
        if not frames or not count:
            raise ValueError("a recording needs at least one frame and one digit.")
        if (np.diff(self.iterations) <= 0).any() or self.iterations[0] < 0:
            raise ValueError("iterations must ascend from 0 or more, each recorded once.")
        check_labels(self.labels)
        if self.pictures.dtype != np.uint8:
            raise ValueError(f"pictures ({self.pictures.dtype}) must be uint8, 0 to 255.")

    def packed(self, max_bytes: int) -> Packed:
        """Return the recording as it travels, in at most `max_bytes`.

        Raises:
            ValueError: Not even the first and the last frame fit.
        """
        if max_bytes not in self._packed:
            self._packed[max_bytes] = pack_recording(self.positions, self.pictures, max_bytes)
        return self._packed[max_bytes]


def check_labels(labels: NDArray[np.generic]) -> None:
    """Raise `ValueError` unless all labels are of classes, 0 to 9."""
    if not np.isin(labels, np.arange(10)).all():
        raise ValueError("labels must be digits from 0 to 9; a label says what a digit shows.")
