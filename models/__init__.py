"""The models of the lab: mathematics only, on torch alone.

A new model is one file with a config and a `Model`, and one line in `MODELS`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import torch

from models.autoencoder import Autoencoder, AutoencoderConfig
from models.contract import PIXELS, SIDE, Model, ModelSpec, Term
from models.denoising import DenoisingAutoencoder, DenoisingConfig
from models.hyperparameter import Config, Hyperparameter, hyperparameters
from models.sparse import SparseAutoencoder, SparseConfig
from models.stack import Stack, StackConfig
from models.stack_vae import StackVAE, StackVAEConfig
from models.vae import VAE, VAEConfig

__all__ = [
    "MODELS",
    "OPENED",
    "PIXELS",
    "SIDE",
    "Config",
    "Hyperparameter",
    "Model",
    "ModelSpec",
    "Term",
    "build",
    "hyperparameters",
    "latent_dim",
    "name_of",
    "spec_of",
]

MODELS: Mapping[str, ModelSpec] = {
    "compression": ModelSpec(
        title="Compression",
        task="Task 1.1",
        summary="Compresses the 784 pixels of a digit to a few numbers and rebuilds the digit "
        "from them.",
        watch_for="At first every output is the same blurry average digit. Within three epochs "
        "loops and strokes appear.",
        model=Autoencoder,
        config=AutoencoderConfig,
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "denoising": ModelSpec(
        title="Denoising",
        task="Task 1.2",
        summary="Gets a noisy digit and learns to return the clean one.",
        watch_for="After one epoch hardly any noise is left in the output, but the strokes are "
        "blurred. They get sharper until the last epoch.",
        model=DenoisingAutoencoder,
        config=DenoisingConfig,
        main_settings=("latent_dim", "noise_std", "epochs"),
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "sparse": ModelSpec(
        title="Sparse",
        task="Task 1.3",
        summary="Rebuilds a digit from a code in which each unit is active for few digits.",
        watch_for="With a weight of 1, as in the exercise's own solution, every output is the "
        "average digit for ten epochs or more, before the first units become active; this is "
        "expected.",
        model=SparseAutoencoder,
        config=SparseConfig,
        main_settings=("latent_dim", "sparsity_weight", "epochs"),
        training={"learning_rate": 0.01, "epochs": 50, "batch_size": 256},
    ),
    "vae": ModelSpec(
        title="VAE",
        task="Task 2",
        summary="Encodes each digit as a small cloud (mean and spread), so that codes in between "
        "decode to digits too.",
        watch_for="The KL to the prior falls from epoch 1 to 2. Later it rises: the code carries "
        "more information (nats) about each image.",
        model=VAE,
        config=VAEConfig,
        main_settings=("latent_dim", "kl_weight", "epochs"),
        family="vae",
        training={"learning_rate": 1e-4, "epochs": 50, "batch_size": 128},
    ),
}

#: Models that the lab opens and does not train: somebody has trained them in a program of their
#: own. So no form, no command and no sweep offers them.
OPENED: Mapping[str, ModelSpec] = {
    "own-autoencoder": ModelSpec(
        title="Own autoencoder",
        task="Your own code",
        summary="Linear layers that were trained in a program outside the lab.",
        watch_for="",
        model=Stack,
        config=StackConfig,
    ),
    "own-vae": ModelSpec(
        title="Own VAE",
        task="Your own code",
        summary="Linear layers with two heads that were trained in a program outside the lab.",
        watch_for="",
        model=StackVAE,
        config=StackVAEConfig,
        family="vae",
    ),
}


def spec_of(name: str) -> ModelSpec:
    """Return the entry of `MODELS` or `OPENED` with this name.

    Raises:
        ValueError: there is none.
    """
    spec = MODELS.get(name) or OPENED.get(name)
    if spec is None:
        raise ValueError(f"{name!r} is not a model of the lab; choose one of {', '.join(MODELS)}.")
    return spec


def name_of(model: type[Model]) -> str:
    """Return the name of a class of models in `MODELS` or `OPENED`.

    Raises:
        ValueError: it has none.
    """
    for name, spec in {**MODELS, **OPENED}.items():
        if spec.model is model:
            return name
    raise ValueError(f"{model.__name__} is not a model of the lab.")


def latent_dim(config: Config) -> int:
    """Return how many numbers a code has of a model with this config."""
    return cast(Any, config).latent_dim


def build(name: str, config: Config, seed: int) -> Model:
    """Make a new, untrained model whose weights depend on `seed` alone.

    Raises:
        ValueError: no model has this name, or the config is of another model.
    """
    spec = spec_of(name)
    if type(config) is not spec.config:
        raise ValueError(f"{name} takes a {spec.config.__name__}, not a {type(config).__name__}.")
    return spec.model(config, torch.Generator().manual_seed(seed))
