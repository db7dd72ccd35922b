"""A page with a film whose pictures are known; the address says which.

`?case=` (none) strips of every kind, morph (one digit to and fro), still (a single frame), long
(more strips than a phone shows).
"""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.components.film import Strip, film

FRAMES = 12


def known(count: int, height: int, width: int, *, shift: int = 0) -> NDArray[np.uint8]:
    """Pictures where every pixel says which frame it is of: (7 frame + 3 row + column) mod 256."""
    frame, row, column = np.ogrid[:count, :height, :width]
    return ((7 * frame + 3 * row + column + shift) % 256).astype(np.uint8)


def disc(count: int) -> NDArray[np.uint8]:
    """A ring that closes and opens again: something to look at."""
    row, column = np.mgrid[:28, :28] - 13.5
    radius = np.hypot(row, column)
    edges = np.linspace(0, 11, count)[:, None, None]
    return (255 * np.exp(-(((radius - edges) / 1.6) ** 2))).astype(np.uint8)


def wave(count: int, height: int, width: int) -> NDArray[np.uint8]:
    """A smooth pattern around 128 that grows from frame to frame."""
    row, column = np.mgrid[:height, :width]
    pattern = np.sin(column / 3) * np.cos(row / 2)
    strength = np.linspace(0.05, 1, count)[:, None, None]
    return np.rint(128 + 127 * strength * pattern).astype(np.uint8)


case = st.query_params.get("case", "")
run = st.session_state["run"] = st.session_state.get("run", 0) + 1
st.text(f"run={run}")
st.button("Run again")
other = st.toggle("Other pictures of as many frames")
more = st.toggle("Three more frames")
shown = st.toggle("Show the film", value=True)
count = FRAMES + 3 * more

if not shown:
    st.stop()
if case == "morph":
    film(
        [Strip(title="", frames=disc(61), max_width=220)],
        labels=[f"{t:.2f}" for t in np.linspace(0, 1, 61)],
        key="film",
        description="A ring that widens.",
        slider_label="On the way",
        start=0,
        frames_per_second=30,
        bounce=True,
    )
elif case == "still":
    film(
        [Strip(title="One picture", frames=disc(1), max_width=220)],
        labels=["0"],
        key="film",
        description="A ring.",
    )
else:
    strips = [
        Strip(title="Known levels", frames=known(count, 56, 280, shift=5 * other)),
        Strip(
            title="Codes",
            frames=wave(count, 10, 32),
            colors="heat",
            max_width=480,
            caption="A row a digit, a column a number of the code; dark where it is 0.",
            ends=("0", "3.2"),
        ),
        Strip(
            title="Weights into the first layer",
            frames=wave(count, 58, 298),
            colors="diverging",
            cell=30,
            caption="What ink a unit is raised (orange) or lowered (blue) by.",
            ends=("−0.41", "0.41"),
        ),
    ]
    film(
        strips * (3 if case == "long" else 1),
        labels=[str(epoch) for epoch in range(count)],
        key="film",
        description="Pictures of every epoch.",
        frames_per_second=20,
    )
st.caption("Below the film.")
