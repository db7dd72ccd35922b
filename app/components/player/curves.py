"""The curves of a run: the measures of its maps at the iterations so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
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

    def thinned(self) -> dict[str, dict[str, Any]]:
        """Return both curves as the browser takes them, thinned evenly to `MAX_ROWS` rows."""
        measured = np.isfinite(self.agreement).any(axis=1)
        return {
            "klCurve": _curve(self.iterations, self.kl),
            "agreementCurve": _curve(self.iterations[measured], self.agreement[measured]),
        }


def _curve(iterations: NDArray[np.number], values: NDArray[np.floating]) -> dict[str, Any]:
    """Return the iterations, and the values of each map."""
    kept = np.arange(len(iterations))
    if len(kept) > MAX_ROWS:
        kept = np.linspace(0, len(kept) - 1, MAX_ROWS).round().astype(np.intp)
    return {
        "iterations": iterations[kept].astype(np.int32),
        "values": list(float32(values[kept].T)),
    }


def float32(values: NDArray[np.number]) -> NDArray[np.float32]:
    """Return the values as they travel; what is beyond float32 is infinite, and not drawn."""
    with np.errstate(over="ignore"):
        return np.asarray(values).astype(np.float32)
