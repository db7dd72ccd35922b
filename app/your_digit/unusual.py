"""Judges by the compression autoencoder how unusual a digit is."""

from __future__ import annotations

from torch import Tensor

from app.server.models import TrainedModel
from app.server.novelty import reference
from app.your_digit.panel import Panel
from core.analysis.latent import encode, reconstruction_errors
from core.analysis.novelty import Novelty
from models import name_of
from models.autoencoder import Autoencoder


def judge(pixels: Tensor, panel: Panel) -> tuple[TrainedModel, Novelty] | None:
    """Return how unusual a digit (784,) is, and to which model; None if there is no model."""
    by = panel.get(name_of(Autoencoder)) or next(iter(panel.values()), None)
    if by is None:
        return None
    errors = reconstruction_errors(by.model, pixels[None])
    (found,) = reference(by).judge(errors, encode(by.model, pixels[None]))
    return by, found


def reason(by: TrainedModel, found: Novelty) -> str:
    """Say how many test digits a digit exceeds in its error and in its distance to known codes."""
    return (
        f"By {by.spec.title}: its error, {found.error:.4f}, is higher than for "
        f"{share_of_digits(found.error_percentile)}, and its code is further from known codes "
        f"than for {share_of_digits(found.distance_percentile)}."
    )


def share_of_digits(share: float) -> str:
    """Return a share of the test digits, 0 to 1, in words; all and none only if that is exact."""
    if share == 1:
        return "all test digits"
    percent = f"{100 * share:.0f}"
    if percent == "100":
        return "more than 99 % of the test digits"
    if percent == "0" and share > 0:
        return "less than 1 % of the test digits"
    return f"{percent} % of the test digits"
