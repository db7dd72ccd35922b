"""The curves of a run: the measures of its maps at the iterations so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

#: Rows of a curve that a live map sends twice a second; a chart is not much wider in pixels.
MAX_ROWS = 160


@dataclass(frozen=True, kw_only=True, eq=False)
class Curves:
    """The measures of P maps at S iterations: `iterations` (S,), `kl` and `agreement` (S, P).

    `kl` is KL(P‖Q) in nats; `agreement` the share of the five nearest neighbours with the same
    label, 0 to 1. Both are NaN where they were not measured or a map has diverged.
    """

    iterations: NDArray[np.number]
    kl: NDArray[np.floating]
    agreement: NDArray[np.floating]

    def tables(self) -> dict[str, pa.Table]:
        """Return both curves as tables for the browser, thinned evenly to `MAX_ROWS` rows."""
        measured = np.isfinite(self.agreement).any(axis=1)
        return {
            "klCurve": _table(self.iterations, self.kl),
            "agreementCurve": _table(self.iterations[measured], self.agreement[measured]),
        }


def _table(iterations: NDArray[np.number], values: NDArray[np.floating]) -> pa.Table:
    kept = np.arange(len(iterations))
    if len(kept) > MAX_ROWS:
        kept = np.linspace(0, len(kept) - 1, MAX_ROWS).round().astype(np.intp)
    with np.errstate(over="ignore"):  # beyond float32 is infinite, and not drawn
        columns = {f"map {place}": each for place, each in enumerate(values[kept].T)}
        columns = {name: each.astype(np.float32) for name, each in columns.items()}
    return pa.table({"iteration": iterations[kept].astype(np.int32), **columns})
