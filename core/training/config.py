"""How a training is set: its config, and both configs of a run from one flat set of values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.data.digits import TRAINING_DIGITS
from models import Config, build, hyperparameters, spec_of
from models.hyperparameter import hyperparameter

#: What the kept weights of one run may take: with the most that the form allows they were 3 GB.
MAX_BYTES = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Config):
    """How a model is trained: Adam on shuffled batches of the training digits."""

    epochs: int = hyperparameter(
        50,
        minimum=1,
        maximum=500,
        unit="epochs",
        help="How often the model sees every training digit.",
    )
    learning_rate: float = hyperparameter(
        0.01,
        minimum=1e-6,
        maximum=1.0,
        logarithmic=True,
        help="Size of Adam's steps. Too small: the model learns slowly. Too large: the loss "
        "jumps, or grows without end.",
    )
    batch_size: int = hyperparameter(
        256,
        minimum=8,
        maximum=4096,
        unit="digits",
        help="Digits per step. A larger batch gives a steadier direction and fewer steps per "
        "epoch.",
    )
    digits: int = hyperparameter(
        TRAINING_DIGITS,
        minimum=1_000,
        maximum=TRAINING_DIGITS,
        unit="digits",
        label="Training digits",
        help="How many of the 60,000 training digits are used, from the first on. "
        "With fewer digits an epoch is quicker and the model gets worse.",
    )
    seed: int = hyperparameter(
        0,
        minimum=0,
        maximum=2**31 - 1,
        help="Start of all random numbers. The same seed gives the same weights, bit for bit, on "
        "the same type of processor.",
    )
    checkpoint_epochs: tuple[int, ...] = hyperparameter(
        (),
        minimum=0,
        maximum=500,
        max_length=500,
        shown=False,
        help="Epochs whose weights are kept; empty keeps 0, 1, 2, every 5th and the last.",
    )

    def keeps(self, epoch: int) -> bool:
        """Whether the weights after this epoch are kept; the first and the last always are."""
        if epoch in (0, self.epochs):
            return True
        if self.checkpoint_epochs:
            return epoch in self.checkpoint_epochs
        return epoch in (1, 2) or epoch % 5 == 0


def training_configs(model: str, values: Mapping[str, Any]) -> tuple[Config, TrainConfig]:
    """The configs of a model and of its training, from one flat set of field values.

    What is not named is as the exercise has it.

    Raises:
        ValueError: no such model or field, or a value that breaks its rule.
    """
    spec = spec_of(model)
    own = {name: value for name, value in values.items() if name in hyperparameters(spec.config)}
    rest = {name: value for name, value in values.items() if name not in own}
    return spec.config.from_dict(own), TrainConfig.from_dict({**spec.training, **rest})


def training_settings(model: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What `run.json` keeps of a training: the model and the value of every field, checked.

    Raises:
        ValueError: as `training_configs`, or its weights would take too much room.
    """
    config, training = training_configs(model, values)
    one = sum(weights.nbytes for weights in build(model, config, seed=0).parameters())
    kept = sum(training.keeps(epoch) for epoch in range(training.epochs + 1))
    if one * kept > MAX_BYTES:
        raise ValueError(
            f"The weights of this network take {one / 1e6:.0f} MB, and are kept after {kept} "
            f"epochs: {one * kept / 1e6:,.0f} MB, of which a run may take {MAX_BYTES / 1e6:,.0f}. "
            "Choose narrower layers or fewer epochs."
        )
    return {"model": model, "values": {**config.to_dict(), **training.to_dict()}}
