"""A page with one component whose content can be saved; the address says which.

`?case=` tiles, film, morph, sliders, pad, map, chart or plotly. "Another name" changes nothing but
the names of the files.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from app.components.chart import live_chart
from app.components.digit_tiles import TileRow, digit_tiles
from app.components.download import SaveAs
from app.components.film import Strip, film
from app.components.latent import Plane, decoder_of, latent_map, latent_pad, latent_sliders
from app.ui.charts import draw_chart
from models import build, spec_of
from tests.journeys.apps import saving_known as known

st.set_page_config(layout="wide")
case = st.query_params.get("case", "tiles")
run = st.session_state["run"] = st.session_state.get("run", 0) + 1
st.text(f"run={run}")
name = "another" if st.toggle("Another name") else "latent-lab_vae"
file = SaveAs(file=name, figure=known.FIGURES[case])

if case == "tiles":
    digits = known.pictures(known.TILES).reshape(known.TILES, -1)
    digit_tiles(
        [
            TileRow(title="Digits", pictures=digits),
            TileRow(title="Differences", pictures=digits, colors="diverging"),
        ],
        key="tiles",
        description="Digits of known levels, and what they differ by.",
        captions=[f"0.0{number:02d}" for number in range(known.TILES)],
        per_line=known.PER_LINE,
        save_as=file,
    )
elif case == "film":
    film(
        [
            Strip(
                title="Codes",
                frames=known.pictures(known.FRAMES, 10, 32),
                colors="heat",
                ends=("0", "3.2"),
            ),
            Strip(
                title="Weights",
                frames=known.pictures(known.FRAMES),
                colors="diverging",
                max_width=280,
            ),
        ],
        labels=["untrained", *map(str, range(1, known.FRAMES))],
        key="film",
        description="Codes and weights at every epoch.",
        start=2,
        save_as=file,
    )
elif case == "morph":
    film(
        [Strip(title="", frames=known.pictures(known.FRAMES), max_width=260)],
        labels=[f"t = {t:.2f}" for t in np.linspace(0, 1, known.FRAMES)],
        key="film",
        description="Pictures between two digits.",
        slider_label="Position",
        frames_per_second=20,
        bounce=True,
        start=0,
        save_as=file,
    )
elif case == "chart":
    panels = "panels" in st.query_params
    live_chart(
        known.curves(panels=panels),
        key="loss",
        x_title="Epoch",
        y_titles=known.QUANTITIES[: 1 + panels],
        revision="run 1",
        description="Loss per epoch.",
        save_as=file,
    )
elif case == "plotly":
    for key, figure in known.figures().items():
        draw_chart(figure, key=f"chart:{key}", save_as=SaveAs(file=f"{name}_{key}", figure=key))
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
            save_as=file,
        )
    elif case == "pad":
        latent_pad(
            decoder,
            codes[:4],
            key="pad",
            labels=["a 0", "a 1", "a 2", "a 7"],
            description="A mixture of four codes.",
            save_as=file,
        )
    else:
        latent_map(
            codes[:, :2],
            np.arange(200) % 10,
            known.pictures(200).reshape(200, -1),
            key="map",
            description="Digits in a plane of the latent space.",
            x_title="z0",
            y_title="z1",
            decoder=decoder,
            plane=Plane(origin=np.zeros(size), axes=np.eye(2, size)),
            save_as=file,
        )
st.caption("Below the figure.")
