"""The test error of a run after each epoch, beside that of a longer run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.lessons.measures.registry import Argument, Measure, Measured
from core.lessons.measures.subject import recorded_errors
from core.runs.record import RunRecord


def first_below(errors: Sequence[float], line: float) -> int:
    """Return the first epoch whose error is below a line; the number of epochs + 1 if none is."""
    return next((epoch for epoch, error in enumerate(errors) if error < line), len(errors))


def _error_by_epoch(runs: Sequence[RunRecord], arguments: Mapping[str, Any]) -> Measured:
    own, longer = (recorded_errors(run) for run in runs)
    line = arguments["line"]
    fall = own[0] - longer[-1]
    return Measured(
        numbers={
            "start": own[0],
            "after_one": own[min(1, len(own) - 1)],
            "end": own[-1],
            "epochs": len(own) - 1,
            "longer_end": longer[-1],
            "longer_epochs": len(longer) - 1,
            "share_of_first": (own[0] - own[min(1, len(own) - 1)]) / fall if fall else 0.0,
            "below_from": first_below(own, line),
            "longer_below_from": first_below(longer, line),
            "line": line,
        },
        series={
            "all_epochs": np.arange(len(own), dtype=np.float64),
            "all_errors": np.asarray(own),
            "errors": np.asarray(own[1:]),
            "longer_by_epoch": np.arange(len(longer), dtype=np.float64),
            "longer_errors": np.asarray(longer),
        },
    )


ERROR_BY_EPOCH = Measure(
    about="The test error after each epoch of a run and of a longer one; from which epoch on it is "
    "below a line; and the share of the whole fall, to the longer run's end, in the first epoch.",
    runs=(2, 2),
    compute=_error_by_epoch,
    arguments={"line": Argument(default=0.0675, low=0.0, high=1.0)},
    numbers=(
        "start",
        "after_one",
        "end",
        "epochs",
        "longer_end",
        "longer_epochs",
        "share_of_first",
        "below_from",
        "longer_below_from",
        "line",
    ),
    series=("all_epochs", "all_errors", "errors", "longer_by_epoch", "longer_errors"),
)
