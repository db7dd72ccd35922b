"""Settings of t-SNE runs that are worth a look, one button each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.data.data_sets import DATA_SETS, MNIST, DataSet


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Fills the form: `optimizers` in their text form, and values of the config's fields.

    Title and help are about MNIST.
    """

    title: str
    help: str
    optimizers: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


_USUAL = {"affinity": "perplexity", "exaggeration": 12.0, "exaggeration_iterations": 250}

PRESETS = (
    Preset(
        title="The exercise",
        help="SGD and Adam from the same start, with the exercise's kernel.",
        optimizers=("sgd", "adam"),
    ),
    Preset(
        title="Four seeds",
        help="The same settings from four random starts: what differs is not in the data.",
        optimizers=tuple(f"gains:seed={seed}" for seed in range(4)),
        values=_USUAL,
    ),
    Preset(
        title="Five perplexities",
        help="The same start with 2, 5, 30, 50 and 100 effective neighbours. Which groups are "
        "there each time?",
        optimizers=tuple(f"gains:perplexity={each}" for each in (2, 5, 30, 50, 100)),
        values={**_USUAL, "start": "pca"},
    ),
    Preset(
        title="All of MNIST",
        help="All 70,000 digits from a start by PCA.",
        optimizers=("gains",),
        values={**_USUAL, "digits": 70_000, "iterations": 750, "start": "pca"},
    ),
)


def draw_presets(fill: Callable[[Preset], None], data: DataSet) -> None:
    """Draw a button for each preset; a click calls `fill` with it before the page is drawn.

    They are titled by the data set of the form.
    """
    with st.container(gap="xsmall"):
        st.markdown(":small[Fill in the settings of]")
        with st.container(horizontal=True, gap="xsmall"):
            for preset in PRESETS:
                st.button(
                    preset.title.replace(DATA_SETS[MNIST].title, data.title),
                    key=f"preset:{preset.title}",
                    help=data.says(preset.help),
                    on_click=fill,
                    args=(preset,),
                )
