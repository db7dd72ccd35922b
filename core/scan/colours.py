"""Turn coloured pictures grey: by brightness, or by the colour in which ink differs from paper."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image
from scipy import ndimage

#: The longer side of the copy in which the direction of colours is looked for, in pixels.
_COLOUR_SIDE = 96
#: A place's colour is compared with the mean in a window of this side around it, in pixels.
_COLOUR_AROUND = 25
_BRIGHTNESS = np.array([0.299, 0.587, 0.114])
#: Colours that differ by less than this, of 1, are alike.
_LEAST_COLOUR = 0.02
#: Ink that gets no more than this share of its contrast from brightness differs in colour.
_COLOURFUL = 0.5


def grey_of(image: Image.Image) -> Image.Image:
    """Return a coloured picture in grey.

    It shows the brightness, unless ink and paper differ mostly in colour. It then shows how far
    each place lies in the direction from one colour to the other.
    """
    grey = image.convert("L")
    small = image.copy()
    small.thumbnail((_COLOUR_SIDE, _COLOUR_SIDE), Image.Resampling.BOX)
    values = np.asarray(small, np.float64) / 255
    around = ndimage.uniform_filter(values, _COLOUR_AROUND, axes=(0, 1))
    rest = (values - around).reshape(-1, 3)
    # Where colours differ most from those around them they differ in this direction.
    strength = np.square(rest).sum(axis=1)
    strongest = rest[strength >= np.quantile(strength, 0.97)]
    if float(strength.max()) < _LEAST_COLOUR**2:
        return grey
    direction = np.linalg.eigh(strongest.T @ strongest)[1][:, -1]
    brightness = float(direction @ _BRIGHTNESS)
    if abs(brightness) * math.sqrt(3) >= _COLOURFUL:
        return grey
    direction = direction if brightness >= 0 else -direction
    along = np.asarray(image, np.float32) @ direction.astype(np.float32)
    low, high = float(along.min()), float(along.max())
    stretched = 255 * (along - low) / max(high - low, 1e-6) * 0.9 + 20
    return Image.fromarray(stretched.clip(0, 255).astype(np.uint8))
