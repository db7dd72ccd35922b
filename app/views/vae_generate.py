"""Generate: random codes decoded, beside the same random numbers through a plain autoencoder."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.components.drag_slider import drag_slider
from app.links.address import ask
from app.links.values import number, whole
from app.runs.export import save_as
from app.runs.picker import choose_companion
from app.server.models import TrainedModel
from app.ui.articles import a_class
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.linked import linked_number
from app.ui.markdown import escape_markdown
from app.ui.result_first import controls, result_first, stacked_columns
from app.ui.source import formula_and_code
from core.analysis.latent import decode, random_codes
from core.analysis.neighbours import nearest
from models import name_of
from models.autoencoder import Autoencoder
from models.vae import VAE

COUNT = 40


def draw(model: TrainedModel) -> None:
    """Draw a sheet of samples from the prior, and the training digits nearest to one of them."""
    vae = model.vae
    with result_first(
        f"How many of the random {term('code', 'codes')} decode to {model.data.things}? The plain "
        "autoencoder beside it was never trained on such codes; compare the two sheets."
    ):

        @fragment
        def sheet() -> None:
            sheets = st.container()
            with controls("generate", row=False):
                other, temperature, seed = _choose_sample(model)
            codes = random_codes(COUNT, vae.config.latent_dim, temperature, seed)
            pictures = decode(vae, codes)
            with sheets:
                picked = _draw_sheets(model, pictures, other, temperature, seed)
            _draw_nearest(model, pictures, picked)

        sheet()
    if vae.kl_weight == 0:
        st.caption(
            f"This run was trained without a {term('kl', 'KL')} term: nothing moved its codes "
            f"towards the {term('prior')}, from which the random codes are drawn."
        )
    formula_and_code(
        r"z \sim \mathcal{N}(0, T^2 I), \qquad \hat x = D(z)", [random_codes, VAE.decode]
    )


def _choose_sample(model: TrainedModel) -> tuple[TrainedModel | None, float, int]:
    """Draw the controls, and return the plain autoencoder, the temperature and the seed."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        with st.container(width=440):
            temperature = drag_slider(
                "Temperature",
                key="generate:temperature",
                minimum=0.0,
                maximum=2.0,
                value=1.0,
                step=0.05,
                marks={1.0: "the prior"},
                help=model.data.says(
                    "Multiplies the random codes: below 1 they stay near the mean, above 1 many "
                    "lie farther out than the codes of training digits."
                ),
                link=ask("temperature", "generate:temperature", number("temperature", 0.0, 2.0)),
            )
        seed = linked_number(
            "Seed",
            0,
            2**31 - 1,
            0,
            link="seed",
            key="generate:seed",
            help="The same seed gives the same sheet.",
            persist_state="session",
            width=180,
        )
    other = choose_companion("Plain autoencoder", name_of(Autoencoder), model.data, key="generate")
    return other, temperature, seed


def _draw_sheets(
    model: TrainedModel,
    pictures: Tensor,
    other: TrainedModel | None,
    temperature: float,
    seed: int,
) -> int | None:
    """Draw the sheets of both models, and return the digit that is picked in the VAE's."""
    ours, theirs = stacked_columns("generate-sheets", 2)
    with ours:
        st.markdown(
            f"**{escape_markdown(model.title)}**, codes from the {term('prior')} times "
            f"{temperature:g}"
        )
        picked = digit_tiles(
            [TileRow(title="", pictures=to_uint8(pictures))],
            key="generate:sheet",
            description=model.data.says("Digits decoded from random codes."),
            names=[f"{model.data.noun} {number + 1}" for number in range(COUNT)],
            pickable=True,
            per_line=8,
            save_as=save_as(model, _file_of(temperature, seed), figure="samples"),
            link=ask("pick", "generate:sheet", whole("pick", 0, COUNT - 1)),
        )
    with theirs:
        if other is not None:
            _draw_plain(other, temperature, seed)
    return picked


def _file_of(temperature: float, seed: int) -> str:
    """Return what a file of samples shows, for its name."""
    return f"samples at temperature {temperature:g} seed {seed}"


def _draw_nearest(model: TrainedModel, pictures: Tensor, picked: int | None) -> None:
    """Draw the training digits nearest to the picked one of the generated pictures (N, 784)."""
    if picked is None:
        st.caption(
            model.data.says(
                ":material/touch_app: Pick a generated digit to see the nearest training digits: "
                "is it new, or a copy of one of them?"
            )
        )
        return
    train = model.train
    near = nearest(pictures[picked : picked + 1], train.pixels, 7).indices[0]
    distances = (train.pixels[near] - pictures[picked]).square().mean(dim=1)
    labels = train.labels[near].tolist()
    digit_tiles(
        [
            TileRow(
                title=model.data.says(
                    "The generated digit, then the seven nearest of 60,000 training digits"
                ),
                pictures=to_uint8(torch.cat([pictures[picked][None], train.pixels[near]])),
            )
        ],
        key="generate:near",
        description=model.data.says("A generated digit and the nearest training digits."),
        captions=[
            "generated",
            *(
                f"{a_class(model.data, label)}\n{distance:.4f}"
                for label, distance in zip(labels, distances, strict=True)
            ),
        ],
        per_line_narrow=4,
        save_as=save_as(model, f"nearest to sample {picked + 1}"),
    )
    st.caption(
        model.data.says(
            "Below each: its class and the mean squared difference to the generated digit."
        )
    )


def _draw_plain(model: TrainedModel, temperature: float, seed: int) -> None:
    """Draw what a plain autoencoder decodes from the same random numbers."""
    seen = model.test_codes
    noise = random_codes(COUNT, seen.shape[1], temperature, seed)
    # Its codes have another range than the prior's: each unit gets its own mean and spread.
    codes = (seen.mean(dim=0) + seen.std(dim=0) * noise).clamp(*model.model.code_range)
    st.markdown(f"**{escape_markdown(model.title)}**, the same random numbers")
    digit_tiles(
        [TileRow(title="", pictures=to_uint8(decode(model.model, codes)))],
        key="generate:plain",
        description="What a plain autoencoder decodes from the same random numbers.",
        per_line=8,
        save_as=save_as(model, _file_of(temperature, seed), figure=f"samples of {model.title}"),
    )
    st.caption(
        "Each of its units gets the mean and the standard deviation that it has over the test "
        f"{model.data.nouns}."
    )
