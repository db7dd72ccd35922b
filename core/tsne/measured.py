"""What the history of a t-SNE run says of its frames: iterations, divergences, agreement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Measured(NamedTuple):
    """The columns of a recording that stand in the history, a row for each frame."""

    iterations: NDArray[np.int64]
    kl: NDArray[np.float64]
    agreement: NDArray[np.float64]

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, Any]], names: tuple[str, ...]) -> Measured:
        """Read the rows of the history, including those between two frames."""
        unknown = [math.nan] * len(names)
        columns: tuple[list[int], list[list[float]], list[list[float]]] = ([], [], [])
        latest = unknown
        for row in rows:
            if "agreement" in row:
                latest = [number(row["agreement"].get(name)) for name in names]
            if row["frame"] is None:
                continue
            if row["frame"] != len(columns[0]):
                raise ValueError("the frames are not in order")
            columns[0].append(int(row["iteration"]))
            columns[1].append([number(row["kl_divergence"].get(name)) for name in names])
            columns[2].append(latest)
            latest = unknown
        iterations, kl, agreement = columns
        return cls(np.array(iterations, np.int64), np.array(kl), np.array(agreement))

    def at(self, places: NDArray[np.int64]) -> Measured:
        """Return only these frames; agreement measured in between counts for the next one."""
        agreement = self.agreement[places]
        for row, start in enumerate(places[:-1] + 1, start=1):
            for skipped in self.agreement[start : places[row]][::-1]:
                agreement[row] = np.where(np.isnan(agreement[row]), skipped, agreement[row])
        return self._replace(
            iterations=self.iterations[places], kl=self.kl[places], agreement=agreement
        )


def number(value: Any) -> float:
    """Return a number of the history, where None stands for NaN and infinities."""
    return math.nan if value is None else float(value)
