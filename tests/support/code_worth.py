"""What codes could be worth, without measuring it."""

from __future__ import annotations

from core.training.code_worth import STARTS, CodeWorth, Reading, draws_of, label_counts


def worth(share: float, digits: int) -> CodeWorth:
    """All shares and measures are the same number; of a run of so many digits."""
    readings = [
        Reading(labels=labels, probe=(share,) * draws, neighbours=(share,) * draws)
        for labels in label_counts(digits)
        if (draws := draws_of(labels, digits))
    ]
    same = (share,) * STARTS
    return CodeWorth(readings=tuple(readings), rand=same, information=same)
