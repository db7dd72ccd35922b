"""Change the settings in a `run.json`, as with an editor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.training.config import TrainConfig
from models import hyperparameters


def change(settings: dict[str, Any], values: Mapping[str, Any]) -> None:
    """Set these values, those of a training in its section and all others in the config's."""
    of_training = hyperparameters(TrainConfig) if "training" in settings else {}
    for name, value in values.items():
        settings["training" if name in of_training else "config"][name] = value
