"""Score how unusual a picture is to a model, against what the model makes of real test digits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import torch
from torch import Tensor

from core.analysis.neighbours import nearest

Level = Literal["usual", "unusual", "unlike"]

#: From this percentile of test digits on a picture is unusual.
UNUSUAL = 0.95
#: From this percentile on it is unlike the digits. With the gallery's compression model 0.99 calls
#: one real digit in a hundred unlike them, all noise, half of all scribbles and a third of all
#: letters; 0.999 would spare the real ones and miss half of those (bench/results/novelty.md).
UNLIKE = 0.99
#: The distance to the known codes is the mean distance to this many nearest ones.
NEAREST = 5


@dataclass(frozen=True, kw_only=True)
class Novelty:
    """The novelty of one picture; every percentile is a share of the test digits, 0 to 1.

    `error` is the mean squared error per pixel of its reconstruction, `distance` the mean distance
    of its code to the five nearest training codes. `percentile` is the novelty score: the share of
    test digits whose higher one of the two percentiles is below this picture's.
    """

    error: float
    error_percentile: float
    distance: float
    distance_percentile: float
    percentile: float

    @property
    def level(self) -> Level:
        """Return `unlike` from the 99th percentile on, `unusual` from the 95th, else `usual`."""
        if self.percentile < UNUSUAL:
            return "usual"
        return "unusual" if self.percentile < UNLIKE else "unlike"

    @property
    def sentence(self) -> str:
        """Return the level in words, with the share of real digits that are more unusual."""
        share = 100 * (1 - self.percentile)
        figure = f"{share:.0f}" if share >= 1 else f"{share:.1g}"
        if 99.5 <= share < 100:  # which is not all of them
            figure = "more than 99"
        of_digits = f"{figure} % of the test digits are more unusual."
        if self.level == "usual":
            return f"Typical: {of_digits}"
        if self.level == "unusual":
            return f"Unusual: only {of_digits}"
        if share == 0:
            return "Perhaps not a digit: no test digit is more unusual."
        return f"Perhaps not a digit: only {of_digits}"


@dataclass(frozen=True, kw_only=True, eq=False)
class NoveltyReference:
    """What a model makes of T real digits that it was not trained on, ascending: each (T,).

    `training_codes`, (N, latent_dim), are the codes that it knows. The error alone would not do: an
    autoencoder rebuilds strokes that belong to no digit, too, but its code for them lies off.
    """

    errors: Tensor
    distances: Tensor
    scores: Tensor
    training_codes: Tensor

    @classmethod
    def of(cls, errors: Tensor, codes: Tensor, training_codes: Tensor) -> Self:
        """Make it from test digits' reconstruction errors (T,) and codes (T, latent_dim).

        Raises:
            ValueError: there are none, or they are not finite since the model has diverged.
        """
        if not len(errors) or not (errors.isfinite().all() and codes.isfinite().all()):
            raise ValueError(
                f"errors and codes of {len(errors)} test digits must be there and finite; choose "
                "an epoch at which the model had not diverged."
            )
        distances = _distances(codes, training_codes)
        sorted_errors, sorted_distances = errors.sort().values, distances.sort().values
        scores = torch.maximum(
            _percentiles(sorted_errors, errors), _percentiles(sorted_distances, distances)
        )
        return cls(
            errors=sorted_errors,
            distances=sorted_distances,
            scores=scores.sort().values,
            training_codes=training_codes,
        )

    @property
    def percentiles(self) -> Tensor:
        """Return the novelty scores of the test digits themselves, ascending: float64 (T,)."""
        return _percentiles(self.scores, self.scores)

    def judge(self, errors: Tensor, codes: Tensor) -> list[Novelty]:
        """Return the novelty of pictures with these reconstruction errors (M,) and codes (M, L)."""
        distances = _distances(codes, self.training_codes)
        by_error = _percentiles(self.errors, errors)
        by_distance = _percentiles(self.distances, distances)
        joint = _percentiles(self.scores, torch.maximum(by_error, by_distance))
        columns = (errors, by_error, distances, by_distance, joint)
        return [
            Novelty(
                error=error,
                error_percentile=error_percentile,
                distance=distance,
                distance_percentile=distance_percentile,
                percentile=percentile,
            )
            for error, error_percentile, distance, distance_percentile, percentile in zip(
                *(column.tolist() for column in columns), strict=True
            )
        ]


def _distances(codes: Tensor, training_codes: Tensor) -> Tensor:
    count = min(NEAREST, len(training_codes))
    return nearest(codes, training_codes, count).distances.mean(dim=1)


def _percentiles(ascending: Tensor, values: Tensor) -> Tensor:
    """Return the share of `ascending`, (T,), that is below each value: float64, 0 to 1."""
    # On the left, so that the strangest of the test digits themselves is not beyond all of them.
    return torch.searchsorted(ascending, values.contiguous()).double() / len(ascending)
