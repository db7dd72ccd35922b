"""The interface of every model of the lab, and its entry in the list of models."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from models.hyperparameter import Config

#: A digit is SIDE × SIDE pixels.
SIDE = 28
PIXELS = SIDE * SIDE


@dataclass(frozen=True)
class Term:
    """One quantity of a model's loss: how a chart names it, and its unit.

    A `linear` one is never drawn on a logarithmic axis; one `on_demand` is shown when asked for.
    Exactly one of a model is the `picture` term, which counts the rebuilt picture alone.
    """

    label: str
    unit: str
    linear: bool = False
    on_demand: bool = False
    picture: bool = False


class Model(nn.Module, ABC):
    """A network that turns digits into codes and codes into digits, and knows its own loss.

    Digits are float32 (N, 784) in [0, 1]; codes are float32 (N, latent_dim).
    """

    #: The config that it was made with; each model's own kind.
    config: Any
    #: What one number of a code is, as the title of an axis.
    code_label: ClassVar[str] = "Activation"
    #: Whether a digit's code is the mean of a posterior, a distribution of codes.
    has_posterior: ClassVar[bool] = False
    #: What to know before the picture term is compared with that of other models; often nothing.
    comparison_note: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def terms(cls, config: Any) -> Mapping[str, Term]:
        """Return the terms of `loss_terms` with this config, as they are shown; `loss` first."""

    @classmethod
    @abstractmethod
    def formula(cls, config: Any) -> str:
        """Return the loss with this config in LaTeX."""

    @classmethod
    def picture_term(cls, config: Any) -> str:
        """Return the key of the term that counts the rebuilt picture alone."""
        return next(name for name, term in cls.terms(config).items() if term.picture)

    @property
    def code_range(self) -> tuple[float, float]:
        """The lowest and the highest number that a code can have; infinite without a bound."""
        return -math.inf, math.inf

    @property
    def trained_noise(self) -> float | None:
        """The standard deviation of the noise that the model is trained to remove; None without."""
        return None

    @abstractmethod
    def encode(self, x: Tensor) -> Tensor:
        """Return the codes (N, latent_dim) of digits (N, 784), without randomness."""

    @abstractmethod
    def decode(self, z: Tensor) -> Tensor:
        """Return the pictures (N, 784) in [0, 1] of codes (N, latent_dim)."""

    @abstractmethod
    def decoder_layers(self) -> tuple[nn.Module, ...]:
        """Return the layers that `decode` applies in turn, so that a browser can decode too.

        `app.components.latent` knows Linear and TiedLinear, each with one of the functions of
        `models.stack.FOLLOWING`.
        """

    def forward(self, x: Tensor) -> Tensor:
        """Return the reconstructions (N, 784) in [0, 1] of digits (N, 784)."""
        return self.decode(self.encode(x))

    def corrupt(self, x: Tensor, generator: torch.Generator) -> Tensor:
        """Return what the model gets in training for the clean digits `x`, (N, 784).

        These are the digits themselves, unless the model is trained to remove noise.
        """
        return x

    def set_epoch(self, epochs: float) -> None:
        """Say that so many epochs of the training are over.

        The loss of a model may depend on it while it is trained; until it is told, the model
        computes the loss as after its training.
        """

    @abstractmethod
    def loss_terms(self, x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the loss of a batch of clean digits (N, 784), term by term, each a scalar.

        The term `loss` is minimised; the others are shown. What is random is drawn from
        `generator`.
        """


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """An entry of `MODELS`: the class, its config, and the exercise's settings for its training.

    `watch_for` says what to look for while the model learns. `family` groups the models that share
    a page. `training` overrides the defaults of `core.training.config.TrainConfig` by field name. A
    form shows the fields named in `main_settings`; the others are folded away.
    """

    title: str
    task: str
    summary: str
    watch_for: str
    model: type[Any]
    config: type[Config]
    family: str = "autoencoder"
    main_settings: tuple[str, ...] = ("latent_dim", "epochs", "learning_rate")
    training: Mapping[str, float] = field(default_factory=dict)
