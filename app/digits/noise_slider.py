"""A slider for the strength of noise, with a mark at the strength a model was trained with."""

from __future__ import annotations

from app.components.drag_slider import drag_slider
from core.runs.record import RunRecord
from core.training.record import read_configs
from models.denoising import DenoisingConfig

#: The strength at first where no model was trained with another: that of the exercise.
USUAL = 0.2


def trained_noise(record: RunRecord) -> float | None:
    """Return the noise that a denoising autoencoder was trained with; None for other models.

    Raises:
        RunError: what the run was asked for cannot be read.
    """
    _, config, _ = read_configs(record)
    return config.noise_std if isinstance(config, DenoisingConfig) else None


def strongest(trained: float | None) -> float:
    """Return the strongest Gaussian noise shown: 1, or the trained strength if that is larger."""
    return 1.0 if trained is None else max(1.0, trained)


def noise_slider(
    label: str,
    *,
    key: str,
    trained: float | None,
    help: str,
    marked: bool = True,
) -> float:
    """Draw a slider over strengths of noise, and return the strength.

    It starts at the strength the model was `trained` with. Where that is `marked`, the slider
    marks it and reaches it.
    """
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
