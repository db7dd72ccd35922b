"""Hints from the weights alone: under which reading of them they rebuild digits best."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.reference.curves import short
from core.reference.evidence import Evidence
from core.reference.foreign import TRIED, ForeignWeights
from core.reference.picture_hints import SIGMOID
from core.reference.posterior_hints import DRAW, KL_FORMULA, SUM
from core.reference.posterior_readings import LOG_VARIANCE
from core.reference.scale_hints import SCALED, not_scaled
from core.reference.scaling import BYTES, SCALES

#: A reading of the weights counts where its error is below this share of the usual one's.
_BETTER = 0.6
#: Digits that many networks are tried on.
_FEW = 300
#: Outputs that are as bright on average are those of no digits: half is what a sigmoid makes of a
#: network that needs none.
_BRIGHT = 0.6
#: A KL beyond so many times that of the reference is not held by its term.
_FLOWN = 20.0
#: With fewer dimensions a mean over them is no clear mistake.
_MANY = 5


def weights_not_scaled(evidence: Evidence) -> str | None:
    """Recognise weights that were trained with pixels of another scale than 0 to 1."""
    weights = evidence.weights
    # Weights that are as good as the reference's are read as they should be.
    if weights is None or not evidence.is_above:
        return None
    pixels = evidence.test.pixels[:_FEW]
    return _too_bright(weights, pixels) or _another_scale(weights, pixels)


def _too_bright(weights: ForeignWeights, pixels: Tensor) -> str | None:
    """Say so where all outputs are pressed towards 1, as by targets that are larger."""
    mean = min(
        float(weights.outputs(scaled, weights.like(*functions, "sigmoid")).mean())
        for functions in _usual_functions()
        for scaled in (pixels, BYTES.of(pixels))
    )
    if mean < _BRIGHT:
        return None
    return (
        f"The outputs are at least {short(mean)} on average, and pixels from 0 to 1 are "
        f"{short(float(pixels.mean()))}: the targets were larger than 1, as pixels from 0 to 255 "
        f"are. {SCALED}"
    )


def _another_scale(weights: ForeignWeights, pixels: Tensor) -> str | None:
    """Say so where the network rebuilds digits better that it gets on another scale."""
    usual = _fit(weights, weights.ending_in("sigmoid"), pixels, pixels)
    for scale in SCALES:
        inputs = scale.of(pixels)
        # Targets may have been scaled where inputs were not; else a sigmoid at the end cuts them.
        found = min(
            (
                _fit(weights, weights.like(*functions, end), inputs, targets)
                for functions in _usual_functions()
                for end, targets in (
                    ("sigmoid", pixels),
                    ("sigmoid", inputs.clamp(0, 1)),
                    ("identity", inputs),
                )
            ),
            key=lambda fit: fit.share,
        )
        if found.share < _BETTER * min(usual.share, 1.0):
            return (
                f"The weights fit pixels {scale.words}: with these the squared error of the output "
                f"is {short(found.error)} (always the mean picture: {short(found.blank)}), with "
                f"pixels from 0 to 1 it is {short(usual.error)} ({short(usual.blank)}). {SCALED}"
            )
    return None


def weights_without_sigmoid(evidence: Evidence) -> str | None:
    """Recognise weights whose decoder ends without a sigmoid."""
    weights = evidence.weights
    if weights is None or weights.functions[-1] == "sigmoid":
        return None
    pixels = evidence.test.pixels[:TRIED]
    without, with_it = (
        _fit(weights, weights.ending_in(end), pixels, pixels)
        for end in (weights.functions[-1], "sigmoid")
    )
    # Weights that rebuild no digits under any reading tell nothing.
    if without.share >= 1 or without.error >= _BETTER * with_it.error:
        return None
    if not_scaled(evidence) or weights_not_scaled(evidence):
        return None
    return (
        f"Without a sigmoid at the end the weights rebuild digits with the squared error "
        f"{short(without.error)}, with one {short(with_it.error)}: the program has none. {SIGMOID}"
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
    reading = evidence.reading
    if reading is None:
        return None
    most = float(evidence.band("kl_to_prior").high.max())
    if reading.usual_kl < _FLOWN * most:
        return None
    return (
        f"The codes have left the prior: their KL is {short(reading.usual_kl)} nats per image, in "
        f"the reference at most {short(most)}. The KL term has the wrong sign, or hardly any "
        f"weight. It is {KL_FORMULA}, and the loss adds it."
    )


def weights_of_mean_kl(evidence: Evidence) -> str | None:
    """Recognise a VAE whose KL counts as a mean over the dimensions of its code."""
    reading, dimensions = evidence.reading, evidence.latent_dim
    if reading is None or reading.mistake or dimensions < _MANY:
        return None
    if not 0.5 <= reading.weight * dimensions / evidence.kl_weight <= 2:
        return None
    return (
        f"The weights are at rest where a nat of the KL counts {short(reading.weight)}, about one "
        f"{dimensions}th of {short(evidence.kl_weight)}: the KL is a mean over the {dimensions} "
        f"dimensions of the code, or its weight is {dimensions} times smaller. {SUM}"
    )


def weights_of_wrong_deviation(evidence: Evidence) -> str | None:
    """Recognise a VAE that draws its codes with the log-variance taken for something else."""
    reading = evidence.reading
    if reading is None or not reading.mistake:
        return None
    return (
        f"The weights fit codes μ + ε · {reading.name}, where the log-variance is taken for the "
        f"{reading.mistake}: with {LOG_VARIANCE} the pictures cost {short(reading.usual_entropy)} "
        f"nats per pixel, so {short(reading.entropy)}. {DRAW}"
    )


@dataclass(frozen=True)
class _Fit:
    """A squared error per pixel, and that of always giving the mean picture."""

    error: float
    blank: float

    @property
    def share(self) -> float:
        return self.error / self.blank


def _usual_functions() -> Iterator[tuple[str, str]]:
    """Yield the functions after the hidden layers and after the code that programs use."""
    for hidden in ("sigmoid", "relu", "tanh"):
        for code in dict.fromkeys((hidden, "identity", "sigmoid")):
            yield hidden, code


def _fit(
    weights: ForeignWeights, functions: Sequence[str], inputs: Tensor, targets: Tensor
) -> _Fit:
    outputs = weights.outputs(inputs, functions)
    return _Fit(
        error=float((outputs - targets).square().mean().nan_to_num(torch.inf)),
        blank=float((targets - targets.mean(dim=0)).square().mean()),
    )
