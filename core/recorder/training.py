"""Turn the epochs of a program's training into events."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor, nn

from core.data.data_sets import DigitsError
from core.recorder.arguments import MAX_RECORDED, check_row
from core.recorder.events import RecordedEpoch, Started
from core.recorder.pictures import Pictures
from core.recorder.weights import KeptEpochs, copied_weights, largest_file, size_of
from core.runs.record import RunRecord
from core.training.record import weights_file

#: The two halves of a model: from pictures to codes, and back.
Codec = tuple[Callable[..., Any], Callable[..., Any]]


class TrainingWriter:
    """Makes the events of a run that trains `model`, whose pictures are of the data set `data`."""

    def __init__(self, model: nn.Module, data: str) -> None:
        self._model, self._data = model, data
        self._kept = KeptEpochs()
        self._pictures: Pictures | None = None
        self._epoch = self._previews = 0
        self._last = 0.0
        # The newest weights, where they give way to newer ones, and those that do so now.
        self._newest: int | None = None
        self._outdated: int | None = None

    def start(self) -> Started:
        """Return the event of the untrained model."""
        weights = copied_weights(self._model)
        if not weights and next(self._model.parameters(), None) is not None:
            size = size_of(self._model.state_dict()) / 1e6
            if size > largest_file() / 1e6:
                warnings.warn(
                    f"The model's weights take {size:,.0f} MB, and the recorder keeps at most "
                    f"{largest_file() / 1e6:,.0f} MB; only curves and pictures are recorded.",
                    stacklevel=4,
                )
        self._kept.stays(0, size_of(weights))
        self._last = time.perf_counter()
        return Started(progress=0.0, weights=weights)

    def epoch(
        self,
        train: Mapping[str, float],
        validation: Mapping[str, float],
        codec: Codec | None,
        total: int | None,
    ) -> RecordedEpoch | None:
        """Return the event of the epoch that has just ended; None where no more are recorded.

        Raises:
            ValueError: the names of the terms are too long, or the two halves rebuild no pictures.
        """
        now = time.perf_counter()
        epoch = self._epoch + 1
        if epoch > MAX_RECORDED:
            if epoch == MAX_RECORDED + 1:
                warnings.warn(
                    f"The recorder keeps {MAX_RECORDED:,} epochs, and this is one more; what comes "
                    "now is not recorded. Call run.epoch less often, such as once in 10 epochs.",
                    stacklevel=3,
                )
            self._epoch = epoch
            return None
        rebuilt = None if codec is None or not _shows(epoch) else self._rebuilt(codec)
        weights = copied_weights(self._model)
        event = RecordedEpoch(
            progress=0.0 if total is None else min(1.0, epoch / total),
            epoch=epoch,
            train=train,
            validation=validation,
            seconds=now - self._last,
            number=None if rebuilt is None else self._previews,
            preview=None if rebuilt is None else rebuilt[0],
            outputs=None if rebuilt is None else rebuilt[1],
            weights=weights,
        )
        check_row(event.row())
        self._epoch, self._outdated = epoch, self._newest
        self._previews += rebuilt is not None
        self._newest = None if self._kept.stays(epoch, size_of(weights)) else epoch
        return event

    def has_written(self, record: RunRecord) -> None:
        """Remove the weights that newer ones replace, and let the clock of the next epoch begin.

        Raises:
            OSError: they cannot be removed.
        """
        if self._outdated is not None:
            (record.folder / weights_file(self._outdated)).unlink(missing_ok=True)
            self._outdated = None
        self._last = time.perf_counter()

    def end(self) -> None:
        """Return nothing: the last epoch has told all."""

    def _rebuilt(self, codec: Codec) -> tuple[Tensor, tuple[float, float]] | None:
        """Return ten digits above what the two halves make of them, uint8 (2, 10, 784), and the
        range of what they make."""
        try:
            pictures = self._pictures or Pictures(self._data)
        except DigitsError as error:
            warnings.warn(f"No pictures are recorded: {error}", stacklevel=4)
            return None
        self._pictures = pictures
        rebuilt, outputs = pictures.rebuilt(self._model, *codec)
        return pictures.beside(rebuilt), outputs


def _shows(epoch: int) -> bool:
    """Return whether an epoch has pictures: 460 of 10,000 epochs, since 510 fit their file."""
    return epoch % (1 if epoch <= 200 else 10 if epoch <= 2_000 else 100) == 0
