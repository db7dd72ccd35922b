"""What is known of a program that trains a model: its curves, ten digits, its weights."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from core.data.digits import Digits
from core.reference.bands import TEST, Band, TaskBands
from core.reference.curves import Curve, position_of, short
from core.reference.foreign import ForeignWeights
from core.reference.guess import setting
from core.reference.posterior_readings import Reading, best_reading
from core.reference.scaling import SCALES, Scale, floor
from core.reference.tasks import ReferenceTask
from models.stack_vae import StackVAE

#: The exercise's noise, where a program does not say how strong its own is.
_NOISE = 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What the hints may look at; each looks at what there is.

    `curves` are by the keys of the reference. `given` and `rebuilt` are ten digits and what the
    program makes of them, (10, 784) in [0, 1]; `outputs` are the lowest and the highest of its
    pixels before they were cut to that. `weights` are its network. `test` are the 10,000 test
    digits.
    """

    task: ReferenceTask
    bands: TaskBands
    test: Digits
    curves: Mapping[str, Curve] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    given: Tensor | None = None
    rebuilt: Tensor | None = None
    outputs: tuple[float, float] | None = None
    weights: ForeignWeights | None = None

    def band(self, key: str, part: str = TEST) -> Band:
        """Return a band that the reference of every task with this number has."""
        band = self.bands.band(key, part)
        assert band is not None
        return band

    @property
    def is_above(self) -> bool:
        """Whether the main number ends above the band."""
        curve = self.curves.get(self.task.main)
        position = None if curve is None else position_of(self.task.main, curve, self.bands)
        return position is not None and position.where == "above"

    @property
    def picture_key(self) -> str:
        """The key of the number that counts the rebuilt picture alone."""
        return next(key for key, term in self.task.terms.items() if term.picture)

    @property
    def picture_curve(self) -> Curve | None:
        """The curve of the rebuilt picture alone; that of the loss where it is not recorded."""
        return self.curves.get(self.picture_key) or self.curves.get(self.task.main)

    @property
    def squares(self) -> bool:
        """Whether the task's pictures are compared by their squared error."""
        return self.task.model != "vae"

    @cached_property
    def rebuilt_error(self) -> float | None:
        """The error of the ten rebuilt digits, per pixel as the task counts it."""
        if self.given is None or self.rebuilt is None:
            return None
        if self.squares:
            return float((self.rebuilt - self.given).square().mean())
        # Pictures are kept as bytes: black stands for anything below half a grey level.
        outputs = self.rebuilt.clamp(1 / 510, 1 - 1 / 510)
        return float(torch.nn.functional.binary_cross_entropy(outputs, self.given))

    @cached_property
    def floors(self) -> Mapping[Scale, float]:
        """The least squared error of outputs from 0 to 1 against test digits on each scale."""
        return {scale: floor(scale, self.test.pixels) for scale in SCALES}

    @property
    def noise(self) -> float:
        """The standard deviation of the noise that a denoising program adds."""
        names = ("noise", "noise std", "noise level", "noise factor", "sigma", "σ", "std")
        return setting(self.settings, *names) or _NOISE

    @property
    def batch_size(self) -> float | None:
        """How many digits a batch of the program has, where it says so."""
        return setting(self.settings, "batch size", "batch", "batchsize", "bs", "minibatch")

    @property
    def kl_weight(self) -> float:
        """The weight of a VAE's KL term: the program's, or else the exercise's."""
        names = ("kl weight", "kld weight", "beta", "β", "weight")
        return setting(self.settings, *names) or self.bands.settings["config"]["kl_weight"]

    @property
    def latent_dim(self) -> int:
        """How many numbers a code has: the program's, or else the exercise's."""
        if self.weights is not None:
            return self.weights.model.config.latent_dim
        names = ("latent dim", "latent", "latent size", "code", "code size", "z dim", "dimensions")
        return round(setting(self.settings, *names) or self.bands.settings["config"]["latent_dim"])

    def grey_veil(self, outputs: Tensor) -> str | None:
        """Say so where outputs, (N, 784), of a denoising program have the mean of clipped noise.

        It shows in pixels where no digit has ink: clean digits are black there.
        """
        black = (self.test.pixels.amax(0) == 0).nonzero()[:, 0]
        veil, expected = float(outputs[:, black].mean()), self.noise / math.sqrt(2 * math.pi)
        if not 0.6 * expected <= veil <= 1.4 * expected:
            return None
        return (
            f"Where no digit has ink the outputs are {short(veil)} on average. Clipped noise of "
            f"deviation {short(self.noise)} has the mean {short(expected)} there, a clean digit 0: "
            "the target is noisy, too. Add noise to the input alone: loss(model(noisy), clean)."
        )

    @cached_property
    def reading(self) -> Reading | None:
        """How the second head of a VAE was read in its training, from its weights."""
        if self.task.model != "vae" or self.weights is None:
            return None
        model = self.weights.model
        if not isinstance(model, StackVAE):
            return None
        return best_reading(model, self.test.pixels, self.kl_weight)
