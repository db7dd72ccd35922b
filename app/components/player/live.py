"""Maps of a run that is being computed; points move smoothly to each new set of positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.components import plotly_js
from app.components.message import pack
from app.components.player.curves import Curves
from app.components.player.lines import check_maps, lines_of
from app.components.player.mount import mount
from app.components.player.recording import check_labels
from app.theme import DIGIT_COLORS
from core.data.data_sets import DATA_SETS, MNIST, DataSet
from core.tsne.coarse_to_fine import quantised


def live(
    positions: NDArray[np.floating],
    labels: NDArray[np.integer],
    curves: Curves,
    *,
    names: Sequence[str],
    optimizers: Sequence[str],
    iteration: int,
    iterations: int,
    key: str,
    description: str,
    revision: str,
    save_as: str,
    every: float = 0.5,
    data_set: DataSet = DATA_SETS[MNIST],
) -> None:
    """Draw the newest positions; the points glide there from wherever they are at that moment.

    Call it every `every` seconds, as in a fragment. A thousand digits on two maps take 12 kB. With
    the key of a `replay` it becomes that replay when the run ends, without leaving the page.

    Args:
        positions: Where the digits are now, (P, N, 2); NaN where a map has diverged.
        labels: What they show, (N,), 0 to 9.
        curves: How KL divergence and agreement went until now; at least one row.
        names: What the maps are called, 1 to `MAX_PANELS`.
        optimizers: Which optimiser makes each map, such as "sgd".
        iteration: Which iteration this is.
        iterations: How many there will be.
        key: Streamlit key.
        description: What is shown, as a sentence for readers who cannot see it.
        revision: Which run it is, such as its id; the points of another run do not glide here.
        save_as: How the names of saved files begin.
        every: Seconds between two calls.
        data_set: What the digits are of.

    Raises:
        ValueError: The arguments do not fit each other.
    """
    check_maps(names, optimizers)
    positions, labels = np.asarray(positions), np.asarray(labels)
    shape = (len(names), len(labels), 2)
    if positions.shape != shape or curves.kl.shape[1:] != shape[:1] or not len(curves.kl):
        raise ValueError(
            f"positions {positions.shape} and KL divergences {curves.kl.shape} must be {shape} and "
            f"(1 or more, {shape[0]}): one map for each name, one place for each label."
        )
    check_labels(labels)
    steps, scales = quantised(positions)
    data = {
        "kind": "live",
        "description": description,
        "revision": revision,
        "saveAs": save_as,
        "names": list(names),
        "iteration": iteration,
        "iterations": iterations,
        "every": every,
        "colors": list(DIGIT_COLORS),
        "dataSet": data_set.words,
        **lines_of(optimizers),
        **curves.thinned(),
        "steps": steps,
        "scales": scales,
        "labels": labels.astype(np.uint8),
        "plotly": plotly_js.plotly_path(),
    }
    mount(key=key, data=pack(data), on_selection_change=lambda: None)
