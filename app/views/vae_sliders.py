"""Latent sliders: set a code by hand and see the digit; what each dimension does."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.components.latent import latent_sliders
from app.digits.single import choose_digit
from app.links.address import ask
from app.links.places import read_moved
from app.runs.export import save_as
from app.server.models import TrainedModel
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.linked import linked_number
from app.ui.numbers import with_minus
from app.ui.result_first import controls, result_first
from app.ui.source import formula_and_code
from core.analysis.latent import decode, encode, kl_per_dimension, random_codes, traverse
from models.vae import VAE

#: How far from zero the sliders go: 99.7 % of the prior's numbers lie within.
REACH = 3.0
STEPS = 11
#: Nats below which a dimension counts as unused (Burda et al. 2016 use the variance instead).
UNUSED = 0.05


def reach_of(codes: Tensor) -> float:
    """Return how far from zero sliders go for a model with these codes (N, latent_dim).

    It is REACH, or twice the largest standard deviation, rounded up, of codes that are spread far
    beyond the prior: with a tiny KL weight, or none, nothing keeps them near it.
    """
    spread = 2 * float(codes.std(dim=0).max())
    return max(REACH, math.ceil(spread)) if math.isfinite(spread) else REACH


def draw(model: TrainedModel) -> None:
    """Draw one slider for each dimension, the most informative first, and a strip for each."""
    kl, reach = model.dimension_kl, reach_of(model.test_codes)
    order = kl.argsort(descending=True).tolist()
    unused = [dimension for dimension in order if kl[dimension] < UNUSED]
    size = model.vae.config.latent_dim

    @fragment
    def by_hand() -> None:
        with result_first(
            f"Dimensions of the {term('latent', 'latent space')} with many {term('nats')} change "
            f"the {model.data.noun} most. Most dimensions change several things at once; does one "
            f"control a single thing, such as {'slant' if model.data.shows_digits else 'length'}?"
        ):
            place = st.container()
            with controls("sliders-start"):
                start, name = _choose_start(model, size)
            with place:
                latent_sliders(
                    model.decoder,
                    start.numpy(),
                    key=f"sliders:{model.id}",
                    names=[f"z{dimension}" for dimension in range(size)],
                    minimum=[-reach] * size,
                    maximum=[reach] * size,
                    notes=[f"KL {value:.2f} nats" for value in kl],
                    order=order,
                    folded=unused,
                    start_label=name,
                    description=model.data.says(
                        "The digit that the decoder makes of the code set by the sliders."
                    ),
                    save_as=save_as(model, "digit set by sliders"),
                    link=ask("z", f"sliders:{model.id}", read_moved),
                )
        _draw_all_traversals(model, start, kl, name, reach)

    by_hand()
    formula_and_code(
        r"\mathrm{KL}_j = \tfrac{1}{2}\,\bigl( \mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2 \bigr)",
        [kl_per_dimension, traverse, VAE.decode],
    )


def _draw_all_traversals(
    model: TrainedModel, start: Tensor, kl: Tensor, name: str, reach: float
) -> None:
    """Draw what each dimension does from the code `start`, which is called `name`."""
    order = kl.argsort(descending=True).tolist()
    used = [dimension for dimension in order if kl[dimension] >= UNUSED]
    unused = order[len(used) :]
    st.subheader("What each dimension does")
    st.caption(
        f"From −{reach:g} to {reach:g} along one dimension, the others at {name}; the dimension "
        f"with the largest {term('kl', 'KL')} first."
        + ("" if reach == REACH else f" {_far_codes(model)}")
    )
    _draw_traversals(model, start, kl, used, reach, "used")
    if unused:
        with st.expander(f"The same for the unused dimensions ({len(unused)})"):
            st.caption(
                f"Below {UNUSED:g} nats a dimension carries hardly any information about the "
                f"{model.data.noun}, and the decoder learns to ignore it."
            )
            _draw_traversals(model, start, kl, unused, reach, "unused")


def _far_codes(model: TrainedModel) -> str:
    """Say that the codes of a model are spread far beyond the prior, and what allows it."""
    widest = float(model.test_codes.std(dim=0).max())
    weight = model.vae.kl_weight
    why = "little holds them near it"
    if weight is not None:
        why = f"its KL weight β = {weight:g} leaves them free"
    return (
        f"The codes of this run have standard deviations of up to {widest:.1f}, and the "
        f"{term('prior')} has 1: {why}."
    )


def _draw_traversals(
    model: TrainedModel,
    start: Tensor,
    kl: Tensor,
    dimensions: Sequence[int],
    reach: float,
    key: str,
) -> None:
    """Draw a strip for each dimension: the digit as it goes up and the others stay at `start`."""
    values = torch.linspace(-reach, reach, STEPS)
    rows = [
        TileRow(
            title=f"z{dimension} · KL {kl[dimension]:.2f} nats",
            pictures=to_uint8(decode(model.vae, traverse(start, dimension, values))),
        )
        for dimension in dimensions
    ]
    if rows:
        digit_tiles(
            rows,
            key=f"traversal:{key}",
            description=model.data.says(
                "One row for each latent dimension: the digit as the dimension goes up."
            ),
            captions=[with_minus(f"{round(float(value), 1) + 0.0:.1f}") for value in values],
            per_line=STEPS,
            per_line_narrow=6,
            save_as=save_as(model, f"{key} dimensions"),
        )


def _choose_start(model: TrainedModel, size: int) -> tuple[Tensor, str]:
    """Draw the controls, and return the code from which the sliders start and its name."""
    digit, zero, random = "A digit", "Zero", "Random"
    way = choose_one(
        "Start from",
        [digit, zero, random],
        default=digit,
        format_func=model.data.says,
        key="sliders:start",
        link="mode",
        width="content",
    )
    if way == zero:
        return torch.zeros(size), "zero, the mean of the prior"
    if way == random:
        seed = linked_number("Seed", 0, 2**31 - 1, 0, link="seed", key="sliders:seed", width=180)
        return random_codes(1, size, 1.0, seed)[0], f"random code {seed}"
    with st.container(width=360):
        chosen = choose_digit(
            model.data.says("Digit"), "sliders:digit", model.data, label=3, link="from"
        )
    return encode(model.model, chosen.pixels)[0], f"the mean of {chosen.names[0]}"
