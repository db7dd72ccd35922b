"""The settings of a training: its config, and what `run.json` keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from core.data.data_sets import CLASSES, DATA_SETS, MNIST
from core.data.digits import TRAINING_DIGITS
from models import MODELS, Config, build, hyperparameters, spec_of
from models.hyperparameter import hyperparameter

#: What the kept weights of one run may take: with the most that the form allows they were 3 GB.
MAX_BYTES = 1_000_000_000
ADAM, SGD = "adam", "sgd"
#: No class is held out of training.
NO_CLASS = -1


@dataclass(frozen=True, kw_only=True)
class TrainConfig(Config):
    """How a model is trained: an optimiser on shuffled batches of the training digits."""

    data: str = hyperparameter(
        MNIST,
        choices=tuple(DATA_SETS),
        choice_names={name: data.title for name, data in DATA_SETS.items()},
        label="Data set",
        help="The pictures that the model learns from and is tested with; MNIST, as in the "
        "exercise, unless it is another set of 28 × 28 grey pictures.",
    )
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
        maximum=100.0,
        logarithmic=True,
        help="Size of the optimiser's steps. Too small: the model learns slowly. Too large: the "
        "loss jumps, or grows without end.",
    )
    optimizer: str = hyperparameter(
        ADAM,
        choices=(ADAM, SGD),
        choice_names={ADAM: "Adam", SGD: "SGD"},
        label="Optimiser",
        help="What makes a step of a gradient. Adam, as in the exercise, finds a step size for "
        "each weight; SGD takes the same one for all.",
    )
    momentum: float = hyperparameter(
        0.9,
        minimum=0.0,
        maximum=0.999,
        only_with=("optimizer", SGD),
        help="For SGD only: the share of the last step that is added to the next one. 0 is plain "
        "SGD.",
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
    held_out: int = hyperparameter(
        NO_CLASS,
        choices=(NO_CLASS, *range(CLASSES)),
        choice_names={NO_CLASS: "none"},
        choice_names_by=(
            "data",
            {
                name: {NO_CLASS: "none", **dict(enumerate(data.classes))}
                for name, data in DATA_SETS.items()
            },
        ),
        label="Class held out",
        help="The model never sees training digits of this class. The test digits keep it, so that "
        "you can see what the model does with what it does not know.",
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
        """Return whether the weights after this epoch are kept, as the first and the last are."""
        if epoch in (0, self.epochs):
            return True
        if self.checkpoint_epochs:
            return epoch in self.checkpoint_epochs
        return epoch in (1, 2) or epoch % 5 == 0


def training_configs(
    model: str, config: Mapping[str, Any], training: Mapping[str, Any]
) -> tuple[Config, TrainConfig]:
    """Return the configs of a model and of its training with these values of their fields.

    Fields without a value are as in the exercise.

    Raises:
        ValueError: there is no such model or field, or a value breaks its rule.
    """
    spec = spec_of(model)
    return spec.config.from_dict(config), TrainConfig.from_dict({**spec.training, **training})


def sort_values(model: str, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Sort values that came in one list, as from a command line: a config's, then a training's.

    Raises:
        ValueError: there is no such model, or a name is a field of both.
    """
    own, training = hyperparameters(spec_of(model).config), hyperparameters(TrainConfig)
    for name in values:
        if name in own and name in training:
            raise ValueError(
                f"{name} is a setting of the model and of its training; rename that of the model."
            )
    sorted_values: tuple[dict[str, Any], dict[str, Any]] = {}, {}
    for name, value in values.items():
        sorted_values[name not in own][name] = value
    return sorted_values


def training_settings(
    model: str, config: Mapping[str, Any], training: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what `run.json` keeps of a training: the model and the value of every field, checked.

    Raises:
        ValueError: as `training_configs`, or its weights would take too much room.
    """
    own, train = training_configs(model, config, training)
    check_room(model, own, train)
    return {"model": model, "config": own.to_dict(), "training": train.to_dict()}


def kept_bytes(model: str, config: Config, training: TrainConfig) -> int:
    """Return how many bytes the weights take that a training keeps, and its checkpoint.

    The checkpoint has the weights three times: Adam keeps two numbers for each.
    """
    one = weights_bytes(model, config)
    return one * (_kept_epochs(training) + 3)


def with_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `run.json` keeps of a training with a value for every field, unchecked.

    Fields that have none are as in the exercise: runs of older versions lack newer fields.
    """
    model = settings.get("model")
    config, training = _of_the_exercise(model) if model in MODELS else ({}, {})
    return {
        "model": model,
        "config": {**config, **(settings.get("config") or {})},
        "training": {**training, **(settings.get("training") or {})},
    }


@cache
def _of_the_exercise(model: str) -> tuple[dict[str, Any], dict[str, Any]]:
    config, training = training_configs(model, {}, {})
    return config.to_dict(), training.to_dict()


def check_room(model: str, config: Config, training: TrainConfig) -> None:
    """Check that the weights that a training keeps do not take too much room.

    Raises:
        ValueError: they do.
    """
    one = weights_bytes(model, config)
    kept = _kept_epochs(training)
    if one * kept > MAX_BYTES:
        raise ValueError(
            f"The weights of this network take {one / 1e6:.0f} MB, and are kept after {kept} "
            f"epochs: {one * kept / 1e6:,.0f} MB, of which a run may take {MAX_BYTES / 1e6:,.0f}. "
            "Choose narrower layers or fewer epochs."
        )


def _kept_epochs(training: TrainConfig) -> int:
    return sum(training.keeps(epoch) for epoch in range(training.epochs + 1))


@lru_cache(maxsize=64)
def weights_bytes(model: str, config: Config) -> int:
    """Return how many bytes the weights of a model with this config take."""
    return sum(weights.nbytes for weights in build(model, config, seed=0).parameters())
