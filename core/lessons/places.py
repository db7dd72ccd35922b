"""The pages of the lab, their views and their controls, as lesson files name them.

The pages themselves are the app's; a test compares the names.
"""

from __future__ import annotations

from collections.abc import Mapping

#: The views of each page that a step can open; the first one is the page as it opens.
PAGES: Mapping[str, tuple[str, ...]] = {
    "autoencoders": (
        "Train and watch",
        "Time machine",
        "Reconstruct",
        "Denoise",
        "Sparse code",
        "What the code is worth",
        "What it has never seen",
        "Compare",
    ),
    "vae": (
        "Train and watch",
        "Time machine",
        "Reconstruct",
        "Generate",
        "Interpolate",
        "Latent sliders",
        "Map",
        "What was learned",
        "What the code is worth",
        "What it has never seen",
        "Compare",
    ),
    "tsne": ("",),
    "digit": ("",),
}

#: The controls that a step can mark.
MARKS: tuple[str, ...] = ("view", "epoch", "pictures", "curves", "film", "noise")
