"""Choosing the strength of noise, with a mark at the strength that a model was trained with."""

from __future__ import annotations

from app.components.drag_slider import drag_slider
from core.record import RunRecord
from models.denoising import DenoisingConfig

#: The exercise's noise, for a start where no model says another.
USUAL = 0.2


def trained_noise(record: RunRecord) -> float | None:
    """The noise that a denoising autoencoder was trained with; None for other models.

    Raises:
        RunError: what the run was asked for cannot be read.
    """
    _, config, _ = record.configs()
    return config.noise_std if isinstance(config, DenoisingConfig) else None


def strongest(trained: float | None) -> float:
    """The strongest Gaussian noise worth a look: 1, or what the model was trained with if more."""
    return 1.0 if trained is None else max(1.0, trained)


def noise_slider(
    label: str,
    *,
    key: str,
    trained: float | None,
    help: str,
    marked: bool = True,
) -> float:
    """A slider over strengths of noise; starts at the one that the model was `trained` with, and
    marks it and reaches it where it is `marked`."""
    return drag_slider(
        label,
        key=key,
        minimum=0.0,
        maximum=strongest(trained) if marked else 1.0,
        value=USUAL if trained is None else trained,
        step=0.01,
        marks={trained: "trained"} if marked and trained is not None else {},
        help=help,
    )
