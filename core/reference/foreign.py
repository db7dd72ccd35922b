"""A network that was trained outside the lab, as its weights are matched, and what it measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from models.stack_vae import StackVAE
from torch import Tensor
from torch.nn import functional

from core.data.digits import Digits
from core.own_weights import Match, build_model
from core.own_weights.match import UNIT
from core.reference.bands import TEST, TaskBands
from core.reference.curves import Curve
from core.reference.tasks import ReferenceTask
from core.training.run import validation_generator
from models import Model
from models.sparse import sparsity_penalty

#: Digits that readings of the weights are compared by: an error of so many is known to a percent.
TRIED = 2_000


@dataclass(frozen=True, eq=False)
class ForeignWeights:
    """Weights of a file or of a recorded run: `tensors` by name, and which layers they are."""

    match: Match
    tensors: Mapping[str, Tensor]

    @cached_property
    def model(self) -> Model:
        """The network; it takes pixels from 0 to 1, whatever it was trained with."""
        return build_model(self.match, self.tensors)

    def ending_in(self, function: str) -> Model:
        """Return the network on pixels from 0 to 1 with another function at its end."""
        last = len(self.match.layers) - 1
        match = replace(self.match, scale=UNIT).with_activation(last, function)
        return build_model(match, self.tensors)

    def with_functions(self, hidden: str, code: str, last: str) -> Model:
        """Return the network on pixels as they are, with these functions after its layers."""
        functions = [hidden] * len(self.match.layers)
        functions[self.match.code - 1], functions[-1] = code, last
        match = replace(self.match, scale=UNIT, activations=tuple(functions))
        return build_model(match, self.tensors)


# Not in inference mode: gradients of the same network are wanted later.
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
