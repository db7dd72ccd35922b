"""Maps that unfold by themselves, small and at once: the picture on Home.

It is no player. It has no axes and no Plotly, and a fraction of a recording's frames, so that a new
visitor sees it move as soon as the page is there.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.components.message import pack
from app.components.mount import browser_component
from app.components.player.packing import deflated
from app.theme import DIGIT_COLORS
from core.tsne.coarse_to_fine import quantised

#: Steps from the middle of a map to its edge: half a pixel of one that is 500 pixels wide.
STEPS = 511

_mount = browser_component(
    "latent_lab_unfolding",
    "unfolding/unfolding.js",
    html="unfolding/unfolding.html",
    css=("unfolding/unfolding.css",),
)


def unfolding(data: bytes, *, key: str) -> bool:
    """Draw two maps that unfold side by side; return whether the visitor has just pressed them.

    They play once, and stop at the end with a button to replay them. For visitors who asked their
    system for less motion the last maps stand still, until they press Play. Nothing moves that is
    out of sight.

    Args:
        data: What `payload` returns. As long as it stays the same, a rerun changes nothing.
        key: Streamlit key.
    """
    return bool(_mount(key=key, data=data, on_opened_change=lambda: None).get("opened"))


def payload(
    positions: NDArray[np.floating],
    labels: NDArray[np.integer],
    iterations: NDArray[np.integer],
    *,
    names: Sequence[str],
    href: str,
    description: str,
) -> bytes:
    """Return what the browser gets: 120 kB for two maps of a thousand digits in 40 frames.

    Args:
        positions: Two maps at S moments, (S, 2, N, 2), in [-1, 1].
        labels: What the digits show, (N,), 0 to 9.
        iterations: When the moments are, (S,), ascending.
        names: What the maps are called.
        href: Where a press leads, relative to the lab's address.
        description: What is shown, as sentences for readers who cannot see it.

    Raises:
        ValueError: The arguments do not fit each other.
    """
    shape = (len(iterations), len(names), len(labels), 2)
    if positions.shape != shape or len(names) != 2 or min(shape) < 1:
        raise ValueError(
            f"positions {positions.shape} must be {shape} with two maps: a moment for each "
            "iteration, a map for each name, a place for each label."
        )
    if not ((labels >= 0) & (labels <= 9)).all():
        raise ValueError(f"labels ({labels.min()} to {labels.max()}) must be digits, 0 to 9.")
    if not (np.abs(positions) <= 1).all():
        raise ValueError("positions must be in [-1, 1]; see core.tsne.camera.")
    steps, scales = quantised(positions, STEPS)
    return pack(
        {
            "names": list(names),
            "href": href,
            "description": description,
            "colors": list(DIGIT_COLORS),
            "labels": labels.astype(np.uint8),
            "iterations": iterations.astype(np.int32),
            "scales": list(scales.T),
            "frames": np.frombuffer(deflated(steps), np.uint8),
        }
    )
