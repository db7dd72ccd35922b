"""The models of the lab: mathematics only, on torch alone.

A new model is one file with a config and a `Model`, and one line in `MODELS`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from models.autoencoder import Autoencoder, AutoencoderConfig
from models.contract import PIXELS, Model, ModelSpec, Term
from models.hyperparameter import Config, Hyperparameter, hyperparameters

__all__ = [
    "MODELS",
    "PIXELS",
    "Config",
    "Hyperparameter",
    "Model",
    "ModelSpec",
    "Term",
    "build",
    "hyperparameters",
    "spec_of",
]

MODELS: Mapping[str, ModelSpec] = {
    "compression": ModelSpec(
        title="Compression",
        task="Task 1.1",
        summary="Squeezes 784 pixels through 32 numbers and rebuilds the digit from them.",
        model=Autoencoder,
        config=AutoencoderConfig,
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
}


def spec_of(name: str) -> ModelSpec:
    """The entry of `MODELS` with this name.

    Raises:
        ValueError: there is none.
    """
    if name not in MODELS:
        raise ValueError(f"{name!r} is not a model of the lab; choose one of {', '.join(MODELS)}.")
    return MODELS[name]


def build(name: str, config: Config, seed: int) -> Model:
    """A new, untrained model whose weights depend on `seed` alone.

    Raises:
        ValueError: no model has this name, or the config is of another model.
    """
    spec = spec_of(name)
    if type(config) is not spec.config:
        raise ValueError(f"{name} takes a {spec.config.__name__}, not a {type(config).__name__}.")
    return spec.model(config, torch.Generator().manual_seed(seed))
