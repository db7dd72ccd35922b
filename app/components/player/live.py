"""Maps of a run that is being computed: each tick sends the newest positions, the page glides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from streamlit.components.v2 import component

from app.components import plotly_js
from app.components.player.packing import quantised
from app.components.player.recording import check_labels, check_names
from app.components.player.script import script_path
from app.components.sources import read
from app.theme import DIGIT_COLORS, LINE_COLORS

_mount = component(
    "latent_lab_live_map",
    html=read("player", "live.html"),
    js=read("player", "boot.js"),
    isolate_styles=False,
)


def live(
    positions: NDArray[np.floating],
    labels: NDArray[np.integer],
    kl: Sequence[float] | NDArray[np.floating],
    *,
    names: Sequence[str],
    iteration: int,
    iterations: int,
    key: str,
    description: str,
    revision: str,
    every: float = 0.5,
) -> None:
    """Draws the newest positions; the points glide there from wherever they are at that moment.

    Call it every `every` seconds, as in a fragment. A thousand digits on two maps take 12 kB.

    Args:
        positions: Where the digits are now, (P, N, 2); NaN where a map has diverged.
        labels: What they show, (N,), 0 to 9.
        kl: KL(P‖Q) of each map in nats, (P,); NaN allowed.
        names: What the maps are called, one to four.
        iteration: Which iteration this is.
        iterations: How many there will be.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        revision: Which run it is, such as its id; the points of another run do not glide here.
        every: Seconds between two calls.

    Raises:
        ValueError: The arguments do not fit each other.
    """
    check_names(names)
    positions, labels, kl = np.asarray(positions), np.asarray(labels), np.asarray(kl)
    shape = (len(names), len(labels), 2)
    if positions.shape != shape or kl.shape != shape[:1]:
        raise ValueError(
            f"positions {positions.shape} and kl {kl.shape} must be {shape} and {shape[:1]}: "
            "one map for each name, one place for each label."
        )
    check_labels(labels)
    steps, scales = quantised(positions)
    with np.errstate(over="ignore"):
        kl = kl.astype(np.float32)
    data = {
        "kind": "live",
        "key": key,
        "description": description,
        "revision": revision,
        "names": list(names),
        "iteration": iteration,
        "iterations": iterations,
        "every": every,
        "colors": list(DIGIT_COLORS),
        "lineColors": list(LINE_COLORS),
        "positions": pa.table({"step": steps.reshape(-1)}),
        "maps": pa.table({"scale": scales, "kl": kl}),
        "points": pa.table({"label": labels.astype(np.uint8)}),
        "script": script_path(),
        "plotly": plotly_js.plotly_path(),
    }
    _mount(key=key, data=data)
