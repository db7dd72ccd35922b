"""Latent sliders: set a code by hand and watch the digit; what each dimension does."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from app.choose_digits import choose_digit
from app.components.digit_tiles import TileRow, digit_tiles
from app.components.latent import latent_sliders
from app.fragments import fragment
from app.images import to_uint8
from app.session import decoder_at, dimension_kl, model_at, vae_at
from app.source import formula_and_code, look_for
from core.latent import decode, encode, kl_per_dimension, random_codes, traverse
from core.record import RunRecord
from models.vae import VAE

REACH = 3.0
STEPS = 11
#: Nats below which a dimension says nothing about the digit (Burda et al. 2016 use the variance).
UNUSED = 0.05


def draw(record: RunRecord, epoch: int) -> None:
    """One slider a dimension, the busiest first, and a strip of pictures for each."""
    look_for(
        "a dimension with many nats changes the digit at once; one near zero nats changes nothing, "
        "since the model has switched it off. Few dimensions mean one thing alone, such as slant."
    )
    model = vae_at(record.id, epoch)
    kl = dimension_kl(record.id, epoch)
    order = kl.argsort(descending=True).tolist()
    unused = [dimension for dimension in order if kl[dimension] < UNUSED]
    size = model.config.latent_dim

    @fragment
    def by_hand() -> None:
        start, name = _choose_start(record, epoch, size)
        latent_sliders(
            decoder_at(record.id, epoch),
            start.numpy(),
            key=f"sliders:{record.id}",
            names=[f"z{dimension}" for dimension in range(size)],
            minimum=[-REACH] * size,
            maximum=[REACH] * size,
            notes=[f"KL {value:.2f} nats" for value in kl],
            order=order,
            folded=unused,
            start_label=name,
            description="The digit that the decoder makes of the code set by the sliders.",
        )
        st.subheader("What each dimension does")
        st.caption(
            f"From {-REACH:g} to {REACH:g} along one dimension, the others at {name}; the busiest "
            "first."
        )
        _draw_traversals(model, start, kl, [d for d in order if d not in unused], "used")
        if unused:
            with st.expander(f"The same for the unused dimensions ({len(unused)})"):
                st.caption(
                    "Hardly anything changes: the encoder says nothing in them, so the decoder "
                    "ignores them."
                )
                _draw_traversals(model, start, kl, unused, "unused")

    by_hand()
    formula_and_code(
        r"\mathrm{KL}_j = \tfrac{1}{2}\,\bigl( \mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2 \bigr)",
        [kl_per_dimension, traverse, VAE.decode],
    )


def _draw_traversals(
    model: VAE, start: Tensor, kl: Tensor, dimensions: Sequence[int], key: str
) -> None:
    """One strip a dimension: the digit as the dimension goes up and the others stay at `start`."""
    values = torch.linspace(-REACH, REACH, STEPS)
    rows = [
        TileRow(
            title=f"z{dimension} · KL {kl[dimension]:.2f} nats",
            pictures=to_uint8(decode(model, traverse(start, dimension, values))),
        )
        for dimension in dimensions
    ]
    if rows:
        digit_tiles(
            rows,
            key=f"traversal:{key}",
            description="One row a latent dimension: the digit as the dimension goes up.",
            captions=[f"{round(float(value), 1) + 0.0:+.1f}" for value in values],
            per_line=STEPS,
        )


def _choose_start(record: RunRecord, epoch: int, size: int) -> tuple[Tensor, str]:
    """The code from which the sliders start, (latent_dim,), and what it is called."""
    digit, zero, random = "A digit", "Zero", "Random"
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        way = st.segmented_control(
            "Start from", [digit, zero, random], default=digit, required=True, key="sliders:start"
        )
    with right:
        if way == zero:
            return torch.zeros(size), "zero, the mean of the prior"
        if way == random:
            seed = st.number_input("Seed", 0, 2**31 - 1, 0, key="sliders:seed", width=180)
            return random_codes(1, size, 1.0, seed)[0], f"random code {seed}"
        chosen = choose_digit("Digit", "sliders:digit", label=3)
    return encode(model_at(record.id, epoch), chosen.pixels)[0], f"the mean of {chosen.names[0]}"
