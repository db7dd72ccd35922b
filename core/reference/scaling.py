"""The scales on which programs have pixels, and the errors that follow from each."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

#: What torchvision's examples subtract from MNIST's pixels, and by what they divide them.
_MEAN, _DEVIATION = 0.1307, 0.3081


@dataclass(frozen=True)
class Scale:
    """A scale of pixels: `factor` times the pixel in [0, 1], plus `offset`; and its name."""

    words: str
    factor: float
    offset: float = 0.0

    def of(self, pixels: Tensor) -> Tensor:
        """Return pixels in [0, 1] on this scale."""
        return pixels * self.factor + self.offset


#: The usual ones, besides [0, 1].
SCALES = (
    Scale("from 0 to 255", 255.0),
    Scale("with mean 0 and deviation 1", 1 / _DEVIATION, -_MEAN / _DEVIATION),
    Scale("from −1 to 1", 2.0, -1.0),
)
BYTES = SCALES[0]


def floor(scale: Scale, pixels: Tensor) -> float:
    """Return the least squared error per pixel that outputs from 0 to 1 can have on this scale."""
    targets = scale.of(pixels)
    return float((targets - targets.clamp(0, 1)).square().mean())
