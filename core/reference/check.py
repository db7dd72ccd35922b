"""Hold a recorded run, or a model from foreign weights, against the reference of a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.reference.bands import TEST, TaskBands, bands_of
from core.reference.curves import Curve, Position, in_words, position_of
from core.reference.evidence import Evidence
from core.reference.map_evidence import MapEvidence
from core.reference.map_hints import gradient_without_4, unchecked, wrong_p
from core.reference.picture_hints import no_sigmoid, noisy_target
from core.reference.posterior_hints import (
    log_variance_as_deviation,
    mean_over_dimensions,
    wrong_sign,
)
from core.reference.scale_hints import not_scaled
from core.reference.sum_hints import summed
from core.reference.tasks import ReferenceTask
from core.reference.weight_hints import (
    weights_not_scaled,
    weights_of_mean_kl,
    weights_of_noisy_target,
    weights_of_wrong_deviation,
    weights_of_wrong_sign,
    weights_without_sigmoid,
)

#: What looks for each mistake, in the curves and pictures, then in the weights: each returns a
#: sentence with the numbers that it rests on, or None.
HINTS: Mapping[str, tuple[Callable[[Evidence], str | None], ...]] = {
    "pixels not scaled": (not_scaled, weights_not_scaled),
    "no sigmoid at the end": (no_sigmoid, weights_without_sigmoid),
    "loss summed": (summed,),
    "noise on the target": (noisy_target, weights_of_noisy_target),
    "KL with the wrong sign": (wrong_sign, weights_of_wrong_sign),
    "KL averaged over dimensions": (mean_over_dimensions, weights_of_mean_kl),
    "log-variance as deviation": (log_variance_as_deviation, weights_of_wrong_deviation),
}
GRADIENT = "gradient without the factor 4"


@dataclass(frozen=True, kw_only=True, eq=False)
class Checked:
    """What a check has found.

    `positions` are where the numbers end, the main one first, `names` what the program calls them;
    both by the reference's key. `hints` are sentences by the mistake, `notes` what could not be
    looked at. `is_comparable` is whether the reference was made with the same settings.
    """

    task: ReferenceTask
    bands: TaskBands
    positions: Mapping[str, Position]
    names: Mapping[str, str]
    hints: Mapping[str, str]
    notes: tuple[str, ...] = ()
    is_comparable: bool = True
    #: Whether the lab itself has measured the numbers: a program may call anything its loss.
    is_measured: bool = False

    @property
    def is_right(self) -> bool:
        """Whether the main number is as good as the reference's, and no mistake was found."""
        main = self.positions.get(self.task.main)
        return (
            main is not None
            and self.is_comparable
            and main.where != "above"
            and (self.is_measured or not main.is_far_below)
            and not self.hints
        )

    @property
    def verdict(self) -> str:
        """What has been found, in one sentence."""
        main = self.positions.get(self.task.main)
        if not self.is_comparable:
            return self.notes[0]
        if main is None:
            return f"No number was found to hold against the reference of task {self.task.number}."
        found = in_words(main, self.task, self.bands, self.names[main.key])
        if self.is_right and main.where == "below":
            return f"{found} That is better than all of them."
        if main.is_far_below and not self.is_measured and not self.hints:
            return (
                f"{found} So low a number is likely another quantity: look at how it is computed."
            )
        return found

    @property
    def sentences(self) -> list[str]:
        """Where each of the other numbers ends."""
        return [
            in_words(position, self.task, self.bands, self.names[key])
            for key, position in self.positions.items()
            if key != self.task.main
        ]

    def to_json(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "task": self.task.number,
            "right": self.is_right,
            "verdict": self.verdict,
            "numbers": {
                key: {
                    "name": self.names[key],
                    "digits": "test" if position.part == TEST else "training",
                    self.task.unit: position.step,
                    "value": position.value,
                    "band": [position.low, position.median, position.high],
                    "where": position.where,
                    "inside since": position.since,
                }
                for key, position in self.positions.items()
            },
            "hints": dict(self.hints),
            "notes": list(self.notes),
            "reference": {"seeds": list(self.bands.seeds), "versions": dict(self.bands.versions)},
        }


def check_training(evidence: Evidence, *, is_measured: bool = False) -> Checked:
    """Hold a training against the reference, and look for the usual mistakes."""
    found = {
        mistake: next((text for look in looks if (text := look(evidence)) is not None), None)
        for mistake, looks in HINTS.items()
    }
    return Checked(
        task=evidence.task,
        bands=evidence.bands,
        positions=_positions(evidence.curves, evidence.bands),
        names={key: curve.name for key, curve in evidence.curves.items()},
        hints={mistake: text for mistake, text in found.items() if text is not None},
        is_measured=is_measured,
    )


def check_map(evidence: MapEvidence) -> Checked:
    """Hold a map against the reference, and look for the usual mistakes."""
    key = evidence.task.main
    hints = dict(wrong_p(evidence))
    if (sentence := gradient_without_4(evidence)) is not None:
        hints[GRADIENT] = sentence
    config = bands_of(evidence.task).settings["config"]
    comparable = (
        evidence.count == config["digits"]
        and evidence.perplexity is None
        and bool(np.isclose(evidence.variance, config["sigma"], rtol=0.02))
    )
    notes = unchecked(evidence)
    if not comparable:
        notes.insert(
            0,
            f"The band is that of {config['digits']:,} digits and σ = {config['sigma']:g}, as in "
            "the exercise. KL divergences of other neighbourhoods cannot be compared with it.",
        )
    return Checked(
        task=evidence.task,
        bands=evidence.bands,
        positions=_positions({key: evidence.curve}, evidence.bands) if comparable else {},
        names={key: evidence.curve.name},
        hints=hints,
        notes=tuple(notes),
        is_comparable=comparable,
    )


def _positions(curves: Mapping[str, Curve], bands: TaskBands) -> dict[str, Position]:
    found = {key: position_of(key, curve, bands) for key, curve in curves.items()}
    return {key: position for key, position in found.items() if position is not None}
