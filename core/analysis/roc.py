"""Measure how well a score tells pictures that a model knows from others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class RocCurve:
    """The shares of known and of new pictures above each threshold, from none to all of them.

    `false_positives` and `true_positives`, (T,), ascend from 0 to 1. `area` is the area under the
    curve: the chance that a new picture scores higher than a known one, where a tie counts half.

    Source: Hanley and McNeil, The meaning and use of the area under a receiver operating
    characteristic (ROC) curve, Radiology 1982.
    """

    false_positives: Tensor
    true_positives: Tensor
    area: float

    @classmethod
    def of(cls, known: Tensor, new: Tensor) -> Self:
        """Make the curve from the scores of known pictures (N,) and of new ones (M,).

        Raises:
            ValueError: there are none of a kind, or a score is not finite.
        """
        scores = torch.cat([known, new]).double()
        if not len(known) or not len(new) or not bool(scores.isfinite().all()):
            raise ValueError(
                f"The scores of {len(known)} known and {len(new)} new pictures must be there and "
                "finite; choose an epoch at which the model had not diverged."
            )
        scores, order = scores.sort(descending=True)
        is_new = (order >= len(known)).double()
        # Pictures with the same score pass a threshold together.
        last_of_equals = torch.cat([scores.diff() != 0, torch.tensor([True])])
        true = is_new.cumsum(0)[last_of_equals] / len(new)
        false = (1 - is_new).cumsum(0)[last_of_equals] / len(known)
        zero = torch.zeros(1, dtype=torch.float64)
        true, false = torch.cat([zero, true]), torch.cat([zero, false])
        return cls(
            false_positives=false,
            true_positives=true,
            area=float(torch.trapezoid(true, false)),
        )

    def noticed(self, false_alarms: float) -> float:
        """Return the largest share of new pictures that is found with at most so many false alarms.

        `false_alarms` is a share of the known pictures, 0 to 1.
        """
        return float(self.true_positives[self.false_positives <= false_alarms].max())
