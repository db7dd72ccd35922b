"""The measures of the lab that lessons may name, each a pure function of finished runs."""

from __future__ import annotations

from collections.abc import Mapping

from core.lessons.measures.baselines import BASELINES
from core.lessons.measures.classes import ERROR_BY_CLASS
from core.lessons.measures.damage import DAMAGE
from core.lessons.measures.epochs import ERROR_BY_EPOCH
from core.lessons.measures.noise import ERROR_BY_NOISE, NOISE_THROUGH_MODEL, SIZE_OF_NOISE
from core.lessons.measures.registry import Argument, Measure, Measured
from core.lessons.measures.side_by_side import SIDE_BY_SIDE
from core.lessons.measures.spread import SPREAD_OF_OUTPUTS
from core.lessons.measures.two_seeds import TWO_SEEDS

__all__ = ["MEASURES", "Argument", "Measure", "Measured"]

MEASURES: Mapping[str, Measure] = {
    "baselines": BASELINES,
    "damage": DAMAGE,
    "error_by_class": ERROR_BY_CLASS,
    "error_by_epoch": ERROR_BY_EPOCH,
    "error_by_noise": ERROR_BY_NOISE,
    "noise_through_model": NOISE_THROUGH_MODEL,
    "side_by_side": SIDE_BY_SIDE,
    "size_of_noise": SIZE_OF_NOISE,
    "spread_of_outputs": SPREAD_OF_OUTPUTS,
    "two_seeds": TWO_SEEDS,
}
