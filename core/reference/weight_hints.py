"""Hints from the weights alone: under which reading of them they rebuild digits best."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import torch
from models.stack_vae import StackVAE
from torch import Tensor

from core.reference.curves import short
from core.reference.evidence import Evidence
from core.reference.foreign import TRIED, ForeignWeights
from core.reference.picture_hints import SIGMOID
from core.reference.posterior_hints import DRAW, KL_FORMULA, SUM
from core.reference.posterior_readings import LOG_VARIANCE, Reading, best_reading
from core.reference.scale_hints import SCALED
from core.reference.scaling import SCALES, Scale
from models import Model

#: A reading of the weights counts where its error is below this share of the usual one's.
_BETTER = 0.6
#: Digits that many networks are tried on.
_FEW = 300
#: Functions after the code; empty for that of the hidden layers.
_CODES = ("", "identity", "sigmoid")
#: A KL beyond so many times that of the reference is not held by its term.
_FLOWN = 5.0


def weights_not_scaled(evidence: Evidence) -> str | None:
    """Recognise weights that were trained with pixels of another scale than 0 to 1."""
    weights = evidence.weights
    # Weights that are as good as the reference's are read as they should be.
    if weights is None or not evidence.is_above:
        return None
    pixels = evidence.test.pixels[:_FEW]
    usual = _Fit(_error(weights.ending_in("sigmoid"), pixels, pixels), _blank(pixels))
    for scale in SCALES:
        found = _best_fit(weights, scale, pixels)
        if found.share < _BETTER * usual.share and found.share < 1:
            return (
                f"The weights fit pixels {scale.words}: with these the squared error of the output "
                f"is {short(found.error)}, where always the mean picture has {short(found.blank)}; "
                f"with pixels from 0 to 1 it is {short(usual.error)}, and that of the mean picture "
                f"{short(usual.blank)}. {SCALED}"
            )
    return None


def weights_without_sigmoid(evidence: Evidence) -> str | None:
    """Recognise weights whose decoder ends without a sigmoid."""
    weights = evidence.weights
    if weights is None or weights.match.activations[-1] == "sigmoid":
        return None
    pixels = evidence.test.pixels[:TRIED]
    without, with_it = (
        _error(weights.ending_in(end), pixels, pixels) for end in ("identity", "sigmoid")
    )
    if weights_not_scaled(evidence) or without >= _BETTER * with_it:
        return None
    return (
        f"Without a sigmoid at the end the weights rebuild digits with the squared error "
        f"{short(without)}, with one {short(with_it)}: the program has none. {SIGMOID}"
    )


def weights_of_noisy_target(evidence: Evidence) -> str | None:
    """Recognise weights that paint the grey of clipped noise where no digit has ink."""
    weights = evidence.weights
    if weights is None or evidence.task.model != "denoising":
        return None
    with torch.no_grad():
        outputs = weights.model(evidence.test.pixels[:TRIED])
    return evidence.grey_veil(outputs)


def weights_of_wrong_sign(evidence: Evidence) -> str | None:
    """Recognise a VAE whose loss rewards a large KL."""
    reading = _reading(evidence)
    if reading is None:
        return None
    most = float(evidence.band("kl_to_prior").high.max())
    if not (reading.weight < 0 and reading.kl > _FLOWN * most):
        return None
    return (
        f"The codes have left the prior: their KL is {short(reading.kl)} nats per image, in the "
        f"reference at most {short(most)}, and the weights are at rest where a larger KL lowers "
        f"the loss: the KL term is subtracted. It is {KL_FORMULA}, and the loss adds it."
    )


def weights_of_mean_kl(evidence: Evidence) -> str | None:
    """Recognise a VAE whose KL counts as a mean over the dimensions of its code."""
    reading, dimensions = _reading(evidence), evidence.latent_dim
    if reading is None or reading.mistake or not reading.is_clear:
        return None
    if not 0.5 <= reading.weight * dimensions / evidence.kl_weight <= 2 or dimensions < 5:
        return None
    return (
        f"The weights are at rest where a nat of the KL counts {short(reading.weight)}, about one "
        f"{dimensions}th of {short(evidence.kl_weight)}: the KL is a mean over the {dimensions} "
        f"dimensions of the code, or its weight is {dimensions} times smaller. {SUM}"
    )


def weights_of_wrong_deviation(evidence: Evidence) -> str | None:
    """Recognise a VAE that draws its codes with the log-variance taken for something else."""
    reading = _reading(evidence)
    if reading is None or not reading.mistake or not reading.is_clear:
        return None
    return (
        f"The weights fit codes μ + ε · {reading.name}, where the log-variance is taken for the "
        f"{reading.mistake}: with {LOG_VARIANCE} the pictures cost {short(reading.usual_entropy)} "
        f"nats per pixel, so {short(reading.entropy)}. {DRAW}"
    )


def _reading(evidence: Evidence) -> Reading | None:
    model = None if evidence.weights is None else evidence.weights.model
    if not isinstance(model, StackVAE) or evidence.task.model != "vae":
        return None
    return best_reading(model, evidence.test.pixels)


@dataclass(frozen=True)
class _Fit:
    """A squared error per pixel, and that of always giving the mean picture."""

    error: float
    blank: float

    @property
    def share(self) -> float:
        return self.error / self.blank


def _best_fit(weights: ForeignWeights, scale: Scale, pixels: Tensor) -> _Fit:
    """Return how well any usual network fits pixels of this scale.

    Targets may have been scaled where inputs were not; else a sigmoid at the end cuts them.
    """
    inputs, found = scale.of(pixels), []
    for hidden, code in itertools.product(("sigmoid", "relu", "tanh"), _CODES):
        for end, targets in (
            ("sigmoid", pixels),
            ("sigmoid", inputs.clamp(0, 1)),
            ("identity", inputs),
        ):
            error = _error(weights.with_functions(hidden, code or hidden, end), inputs, targets)
            found.append(_Fit(error, _blank(targets)))
    return min(found, key=lambda fit: fit.share)


def _blank(targets: Tensor) -> float:
    return float((targets - targets.mean(dim=0)).square().mean())


@torch.no_grad()
def _error(model: Model, inputs: Tensor, targets: Tensor) -> float:
    """Return the mean squared error per pixel of the outputs as the last layer gives them."""
    outputs = model.encode(inputs)
    for layer in model.decoder_layers():
        outputs = layer(outputs)
    return float((outputs - targets).square().mean().nan_to_num(torch.inf))
