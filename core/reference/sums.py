"""By how much a loss is too large where it is summed instead of averaged."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from core.reference.bands import TEST, TRAIN, Band
from core.reference.curves import Curve, lies_in
from core.reference.evidence import Evidence
from models import PIXELS

#: Digits in a batch of usual programs: a test has often another size than the training.
_BATCHES = (32, 50, 64, 100, 128, 200, 250, 256, 500, 512, 1_000, 1_024)
_DIGITS = {TRAIN: 60_000, TEST: 10_000}
MEAN = "Take the mean over pixels and digits, as PyTorch's losses do by default."


def summed_by_the_band(evidence: Evidence) -> str | None:
    """Recognise a curve that lies in the band once it is divided by what may have been summed."""
    for key in dict.fromkeys((evidence.task.main, evidence.picture_key)):
        curve = evidence.curves.get(key)
        if curve is None:
            continue
        for part in curve.parts:
            band = evidence.band(key, part)
            found = sorted(
                (_distance(curve, band, part, factor), factor, words)
                for factor, words in factors(evidence, part)
                if lies_in(curve, band, part, factor) and _falls(curve, band, part)
            )
            if found:
                _, factor, words = found[0]
                others = [other for _, far, other in found if far != factor]
                also = f" (or {others[0]})" if others else ""
                return (
                    f"{curve.name} divided by {factor:,.0f} lies in the band: it is {words}{also}. "
                    f"{MEAN}"
                )
    return None


def factors(evidence: Evidence, part: str, *, usual: bool = True) -> Iterator[tuple[float, str]]:
    """Yield by how much a loss is too large where something is summed, and what that is."""
    yield float(PIXELS), f"summed over the {PIXELS} pixels"
    known = evidence.batch_size
    sizes = [known] if known is not None else []
    for size in dict.fromkeys([*sizes, *(_BATCHES if usual else ())]):
        batch = f"{size:,.0f} digits"
        yield size, f"summed over the {batch} of a batch"
        yield PIXELS * size, f"summed over the {PIXELS} pixels and the {batch} of a batch"
        count = math.ceil(_DIGITS[part] / size)
        yield (
            count,
            f"summed over {count:,} batches of {batch}, not divided by their number",
        )


def _falls(curve: Curve, band: Band, part: str) -> bool:
    """Return whether a curve falls at least half as far as the band, on a logarithmic scale.

    A loss that stays where it is may lie in the wide band of the first epochs by chance.
    """
    steps, values = curve.points(part)
    median = band.at(steps).median
    if min(values[0], values[-1]) <= 0:
        return False
    return bool(np.log(values[0] / values[-1]) >= 0.5 * np.log(median[0] / median[-1]))


def _distance(curve: Curve, band: Band, part: str, factor: float) -> float:
    steps, values = curve.points(part)
    ratios = values / band.at(steps).median / factor
    return float(np.abs(np.log(ratios)).mean())
