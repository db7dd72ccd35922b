"""A network with weights that were trained elsewhere, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from core.data.data_sets import MNIST
from core.data.digits import Digits
from core.own_weights import Match, build_model
from core.own_weights.match import UNIT, scaling
from core.reference.bands import TEST, TaskBands
from core.reference.curves import Curve
from core.reference.tasks import ReferenceTask
from core.training.run import validation_generator
from models.sparse import sparsity_penalty
from models.stack import FOLLOWING, Stack
from models.stack_vae import StackVAE

#: Digits that readings of the weights are compared by: an error of so many is known to a percent.
TRIED = 2_000


@dataclass(frozen=True, eq=False)
class ForeignWeights:
    """A network of the lab with weights that were trained elsewhere.

    `model` takes pixels from 0 to 1. `scale`, of `core.own_weights.match.SCALES`, is that of the
    pixels that the network was trained with: it lies in the weights of its first and last layer.
    """

    model: Stack | StackVAE
    scale: str = UNIT

    @classmethod
    def matched(cls, match: Match, tensors: Mapping[str, Tensor]) -> Self:
        """Return the weights of a file as they are matched."""
        model = build_model(match, tensors)
        assert isinstance(model, Stack | StackVAE)
        return cls(model, match.scale)

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions after each layer, of `models.stack.FOLLOWING`."""
        config = self.model.config
        return (*config.encoder_activations, *config.decoder_activations)

    def ending_in(self, function: str) -> tuple[str, ...]:
        """Return the functions with another one at the end."""
        return (*self.functions[:-1], function)

    def like(self, hidden: str, code: str, end: str) -> tuple[str, ...]:
        """Return functions after the hidden layers, after the code and at the end."""
        functions = [hidden] * len(self.functions)
        functions[len(self.model.config.encoder) - 1], functions[-1] = code, end
        return tuple(functions)

    @torch.no_grad()
    def outputs(self, inputs: Tensor, functions: Sequence[str]) -> Tensor:
        """Return what the layers make of inputs as they are, whatever scale was found: (N, 784)."""
        into, out = scaling(self.scale, MNIST)
        values = inputs * into[1] + into[0]
        for layer, name in zip(self._layers, functions, strict=True):
            values = FOLLOWING[name]()(layer(values))
        return (values - out[0]) / out[1]

    @property
    def _layers(self) -> list[nn.Linear]:
        model = self.model
        heads = model.mu if isinstance(model, StackVAE) else ()
        parts = (*model.encoder, *heads, *model.decoder)
        return [part for part in parts if isinstance(part, nn.Linear)]


@torch.no_grad()
def measure(
    weights: ForeignWeights, task: ReferenceTask, bands: TaskBands, test: Digits, epochs: int
) -> dict[str, Curve]:
    """Return the task's numbers on the 10,000 test digits, by the reference's keys.

    They are computed as the lab does after each epoch; `epochs` is how many are over.
    """
    model, pixels, config = weights.model, test.pixels, bands.settings["config"]
    generator = validation_generator(0)
    if isinstance(model, StackVAE):
        terms = model.loss_terms(pixels, generator)
        loss = terms["cross_entropy"] + config.get("kl_weight", 0.0) * terms["kl_to_prior"]
        found = {**terms, "loss": loss}
        if task.model != "vae":
            found = {"loss": functional.mse_loss(model(pixels), pixels)}
    else:
        noise = config.get("noise_std", 0.0) * torch.randn(pixels.shape, generator=generator)
        codes = model.encode((pixels + noise).clamp(0, 1) if noise.any() else pixels)
        error = functional.mse_loss(model.decode(codes), pixels)
        found = {"loss": error, "reconstruction": error}
        if "sparsity" in config:
            activation = codes.mean(dim=0)
            penalty = sparsity_penalty(activation, config["sparsity"])
            found |= {
                "loss": error + config["sparsity_weight"] * penalty,
                "sparsity_penalty": penalty,
                "mean_activation": activation.mean(),
            }
    return {
        key: Curve(
            name=f"{term.label} ({term.unit})",
            steps=np.array([epochs]),
            values={TEST: np.array([float(found[key])])},
        )
        for key, term in task.terms.items()
        if key in found
    }
