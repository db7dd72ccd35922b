"""The models of the lab: mathematics only, on torch alone.

A new model is one file with a config and a `Model`, and one line in `MODELS`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch

from models.autoencoder import Autoencoder, AutoencoderConfig
from models.contract import PIXELS, SIDE, Model, ModelSpec, Term
from models.denoising import DenoisingAutoencoder, DenoisingConfig
from models.hyperparameter import Config, Hyperparameter, hyperparameters
from models.sparse import SparseAutoencoder, SparseConfig
from models.vae import VAE, VAEConfig

__all__ = [
    "MODELS",
    "PIXELS",
    "SIDE",
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
        summary="Squeezes 784 pixels through a few numbers and rebuilds the digit from them.",
        watch_for="First all digits are one blur, their mean; then loops and strokes part, "
        "within the first three epochs.",
        model=Autoencoder,
        config=AutoencoderConfig,
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "denoising": ModelSpec(
        title="Denoising",
        task="Task 1.2",
        summary="Gets a noisy digit, and is asked for the clean one.",
        watch_for="The noise is gone long before the strokes are sharp: what cannot be predicted "
        "is never learned.",
        model=DenoisingAutoencoder,
        config=DenoisingConfig,
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "sparse": ModelSpec(
        title="Sparse",
        task="Task 1.3",
        summary="Rebuilds the digit from a code whose units are silent most of the time.",
        watch_for="With a weight of 1 the model sits at the mean image for some fifteen epochs, "
        "all digits alike, before the first units dare to speak: the method, not a fault.",
        model=SparseAutoencoder,
        config=SparseConfig,
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "vae": ModelSpec(
        title="VAE",
        task="Task 2",
        summary="Makes of every digit a small cloud of codes, so that codes in between mean "
        "something too.",
        watch_for="The KL to the prior rises while the pictures get sharper: the model pays, nat "
        "by nat, for telling digits apart.",
        model=VAE,
        config=VAEConfig,
        family="vae",
        training={"learning_rate": 1e-4, "epochs": 50, "batch_size": 128},
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
