"""A page with one of the latent components; the address says which.

`?case=` sliders, units, pad or map; `&run=` another run of the gallery. Where the gallery has none,
the weights are those that nobody has trained.
"""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from app.components.latent import Plane, decoder_of, latent_map, latent_pad, latent_sliders
from app.ui.images import to_uint8
from core.data.digits import Digits, load_digits
from core.runs.record import RunError
from core.runs.store import RunStore
from core.training.record import checkpoint_epochs, load_model
from models import Model, build, spec_of

DIGITS = 3000


@st.cache_resource
def model(name: str, run: str) -> Model:
    """The gallery's model at its last epoch, or an untrained one."""
    try:
        record = RunStore().get(run)
        return load_model(record, checkpoint_epochs(record)[-1])
    except (RunError, IndexError):
        return build(name, spec_of(name).config(), seed=7).eval().requires_grad_(False)


@st.cache_resource
def shared_digits() -> Digits:
    """The first test digits."""
    return load_digits("test").take(slice(DIGITS))


st.set_page_config(layout="wide")
st.title("Latent space")
case = st.query_params.get("case", "sliders")
count = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
digits = shared_digits()
name, run = ("sparse", "sparse-mild") if case == "units" else ("vae", "vae")
vae = model(name, st.query_params.get("run", run))
decoder = decoder_of(vae)
codes = vae.encode(digits.pixels).numpy()
spread = codes.std(axis=0)

if case == "sliders":
    digit = st.number_input("Digit", 0, DIGITS - 1, 3)
    kl = 3 * spread / spread.max()
    code = latent_sliders(
        decoder,
        codes[digit],
        key="sliders",
        names=[f"z{i + 1}" for i in range(len(spread))],
        minimum=[-3.0] * len(spread),
        maximum=[3.0] * len(spread),
        notes=[f"KL {nats:.1f} nats" for nats in kl],
        order=np.argsort(-kl).tolist(),
        folded=np.argsort(kl)[:3].tolist(),
        start_label=f"digit {digit}",
        reset_label="Back to the digit",
        description="The digit that the VAE makes of the sliders' code.",
    )
elif case == "units":
    digit = st.number_input("Digit", 0, DIGITS - 1, 0)
    code = latent_sliders(
        decoder,
        codes[digit],
        key="units",
        names=[f"unit {i + 1}" for i in range(len(spread))],
        minimum=[0.0] * len(spread),
        maximum=[1.0] * len(spread),
        order=np.argsort(-codes[digit]).tolist(),
        switches=True,
        description="The digit that the sparse autoencoder makes of its units.",
    )
elif case == "pad":
    corners = [int(np.flatnonzero(digits.labels.numpy() == label)[0]) for label in (3, 8, 1, 0)]
    code = None
    latent_pad(
        decoder,
        codes[corners],
        key="pad",
        labels=["a 3", "an 8", "a 1", "a 0"],
        description="Mixtures of four digits.",
    )
else:
    centre = codes.mean(axis=0)
    axes = np.linalg.svd(codes - centre, full_matrices=False)[2][:2]
    if st.toggle("Turned by a right angle"):
        axes = np.stack([axes[1], -axes[0]])
    plane = Plane(centre, axes)
    pick = latent_map(
        (codes - centre) @ axes.T,
        digits.labels.numpy(),
        to_uint8(digits.pixels),
        decoder=decoder,
        plane=plane,
        key="map",
        x_title="first principal component",
        y_title="second principal component",
        description="Three thousand test digits in the plane in which their codes vary most.",
    )
    st.text(f"pick={pick}")
    code = plane.code(pick.x, pick.y) if pick else None

if code is not None:
    st.text("code=" + " ".join(f"{z:.6g}" for z in code))
    with torch.inference_mode():
        picture = to_uint8(vae.decode(torch.from_numpy(code)[None]))[0]
    st.text("picture=" + picture.tobytes().hex())
st.button("Run again")
st.text(f"run={count}")  # last, so that whoever waits for it sees the rest of this run
