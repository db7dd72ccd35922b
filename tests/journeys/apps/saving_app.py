"""A page with one component whose content can be saved; the address says which.

`?case=` tiles, film, morph, sliders, pad, map, chart or plotly. "Another name" changes nothing but
the names of the files.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import streamlit as st
import torch
from numpy.typing import NDArray

from app.charts import activation_histogram, agreement_bars, class_heatmap, draw_chart, kl_bars
from app.components.chart import Line, live_chart
from app.components.digit_tiles import TileRow, digit_tiles
from app.components.film import Strip, film
from app.components.latent import Plane, decoder_of, latent_map, latent_pad, latent_sliders
from app.run_plane import RunPoint, rate_distortion
from models import build, spec_of

TILES, PER_LINE, FRAMES = 12, 8, 5
RUN = '=cmd|"A & B", <i>ρ</i>'
"""A title as a visitor may write it: no formula, no HTML, and its comma is no end of a cell."""


def known(count: int, height: int = 28, width: int = 28) -> NDArray[np.uint8]:
    """Return pictures whose pixels say where they are: (40 picture + 3 row + column) mod 256."""
    picture, row, column = np.ogrid[:count, :height, :width]
    return ((40 * picture + 3 * row + column) % 256).astype(np.uint8)


def curves() -> list[Line]:
    """Return two lines of 30 and 3 points, one of them with a gap."""
    x = np.linspace(0.1, 3, 30)
    test = np.array([0.03, np.nan, 0.0125])
    return [
        Line(name=RUN, x=x, y=0.1 * np.exp(-x) + 1e-9),
        Line(name="test", x=[1, 2, 3], y=test),
    ]


def figures() -> dict[str, go.Figure]:
    """Return a chart of each kind that draw_chart gets."""
    rng = np.random.default_rng(3)
    point = RunPoint(name="β 0.001, 2 d", kl=5.875, cross_entropy=0.19, chosen=True)
    return {
        "heat map": class_heatmap(rng.random((10, 4), np.float32)),
        "kl": kl_bars([0.01, 2.0, 0.3], 0.05),
        "histogram": activation_histogram([RUN], [rng.random((50, 3), np.float32)]),
        "agreement": agreement_bars([("pixels", 0.9375), (RUN, 0.5)]),
        "plane": rate_distortion([point]),
    }


st.set_page_config(layout="wide")
case = st.query_params.get("case", "tiles")
run = st.session_state["run"] = st.session_state.get("run", 0) + 1
st.text(f"run={run}")
name = "another" if st.toggle("Another name") else "latent-lab_vae"

if case == "tiles":
    digits = known(TILES).reshape(TILES, -1)
    digit_tiles(
        [
            TileRow(title="Digits", pictures=digits),
            TileRow(title="Differences", pictures=digits, colors="diverging"),
        ],
        key="tiles",
        description="Digits of known levels, and what they differ by.",
        captions=[f"0.0{number:02d}" for number in range(TILES)],
        per_line=PER_LINE,
        save_as=name,
    )
elif case == "film":
    film(
        [
            Strip(title="Codes", frames=known(FRAMES, 10, 32), colors="heat", ends=("0", "3.2")),
            Strip(title="Weights", frames=known(FRAMES), colors="diverging", max_width=280),
        ],
        labels=["untrained", *map(str, range(1, FRAMES))],
        key="film",
        description="Codes and weights at every epoch.",
        start=2,
        save_as=name,
    )
elif case == "morph":
    film(
        [Strip(title="", frames=known(FRAMES), max_width=260)],
        labels=[f"t = {t:.2f}" for t in np.linspace(0, 1, FRAMES)],
        key="film",
        description="Pictures between two digits.",
        slider_label="Position",
        frames_per_second=20,
        bounce=True,
        start=0,
        save_as=name,
    )
elif case == "chart":
    panels = "panels" in st.query_params
    lines = curves()
    if panels:
        lines.append(Line(name="test", x=[1, 2], y=[3.5, 4.25], panel=1))
    live_chart(
        lines,
        key="loss",
        x_title="Epoch",
        y_titles=["Mean squared error", "KL (nats)"] if panels else ["Mean squared error"],
        revision="run 1",
        description="Loss per epoch.",
        save_as=name,
    )
elif case == "plotly":
    for key, figure in figures().items():
        draw_chart(figure, key=f"chart:{key}", save_as=f"{name}_{key}")
else:
    torch.manual_seed(5)
    vae = build("vae", spec_of("vae").config(), seed=7).eval().requires_grad_(False)
    decoder = decoder_of(vae)
    size = decoder.latent_dim
    codes = torch.randn(200, size).numpy()
    if case == "sliders":
        latent_sliders(
            decoder,
            codes[0],
            key="sliders",
            names=[f"z{number}" for number in range(size)],
            minimum=[-3.0] * size,
            maximum=[3.0] * size,
            notes=["KL 1.2 nats"] * size,
            description="The decoded code.",
            save_as=name,
        )
    elif case == "pad":
        latent_pad(
            decoder,
            codes[:4],
            key="pad",
            labels=["a 0", "a 1", "a 2", "a 7"],
            description="A mixture of four codes.",
            save_as=name,
        )
    else:
        latent_map(
            codes[:, :2],
            np.arange(200) % 10,
            known(200).reshape(200, -1),
            key="map",
            description="Digits in a plane of the latent space.",
            x_title="z0",
            y_title="z1",
            decoder=decoder,
            plane=Plane(origin=np.zeros(size), axes=np.eye(2, size)),
            save_as=name,
        )
st.caption("Below the figure.")
