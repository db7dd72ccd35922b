"""Generate: random codes decoded, beside the same random numbers through a plain autoencoder."""

from __future__ import annotations

import streamlit as st
import torch

from app.components.digit_tiles import TileRow, digit_tiles
from app.components.drag_slider import drag_slider
from app.fragments import fragment
from app.images import to_uint8
from app.picker import choose_companion
from app.plain import plain
from app.session import digits, model_at, test_codes, vae_at
from app.source import formula_and_code, look_for
from core.articles import a_digit
from core.latent import decode, random_codes
from core.neighbours import nearest
from core.record import RunRecord
from models.vae import VAE

COUNT = 40


def draw(record: RunRecord, epoch: int) -> None:
    """A sheet of samples from the prior, with seed and temperature, and what comes close to one."""
    look_for(
        "most random codes of the VAE are digits, since training filled the space around zero. The "
        "plain autoencoder never was asked about codes in between, and it shows."
    )
    model = vae_at(record.id, epoch)
    other = choose_companion("The plain autoencoder beside it", ["compression"], key="generate")

    @fragment
    def sheet() -> None:
        left, right = st.columns([1, 3])
        seed = left.number_input(
            "Seed",
            0,
            2**31 - 1,
            0,
            key="generate:seed",
            help="The same seed gives the same sheet.",
            persist_state="session",
        )
        with right:
            temperature = drag_slider(
                "Temperature",
                key="generate:temperature",
                minimum=0.0,
                maximum=2.0,
                value=1.0,
                step=0.05,
                marks={1.0: "the prior"},
                help="Scales the random codes: below 1 they stay near the mean, above 1 they "
                "leave what training has seen.",
            )
        codes = random_codes(COUNT, model.config.latent_dim, temperature, seed)
        pictures = decode(model, codes)
        ours, theirs = st.columns(2, gap="large")
        with ours:
            st.markdown(f"**{plain(record.request.title)}**, codes from N(0, {temperature:g}²)")
            picked = digit_tiles(
                [TileRow(title="", pictures=to_uint8(pictures))],
                key="generate:sheet",
                description="Digits decoded from random codes.",
                pickable=True,
                per_line=8,
            )
        with theirs:
            if other is not None:
                _draw_plain(other, temperature, seed)
        if picked is None:
            st.caption(
                ":material/touch_app: Pick a generated digit to see the nearest real ones: has the "
                "model invented it or memorised it?"
            )
            return
        train = digits("train")
        near = nearest(pictures[picked : picked + 1], train.pixels, 7).indices[0]
        distances = (train.pixels[near] - pictures[picked]).square().mean(dim=1)
        digit_tiles(
            [
                TileRow(
                    title="The generated digit, then the seven nearest of 60,000 training digits",
                    pictures=to_uint8(torch.cat([pictures[picked][None], train.pixels[near]])),
                )
            ],
            key="generate:near",
            description="A generated digit and the nearest training digits.",
            captions=[
                "generated",
                *(
                    f"{a_digit(int(label))}\n{distance:.4f}"
                    for label, distance in zip(train.labels[near], distances, strict=True)
                ),
            ],
            per_line_narrow=4,
        )
        st.caption("Below each: its class and the mean squared difference to the generated digit.")

    sheet()
    formula_and_code(
        r"z \sim \mathcal{N}(0, T^2 I), \qquad \hat x = D(z)", [random_codes, VAE.decode]
    )


def _draw_plain(run: RunRecord, temperature: float, seed: int) -> None:
    epoch = run.checkpoint_epochs[-1]
    seen = test_codes(run.id, epoch)
    noise = random_codes(COUNT, seen.shape[1], temperature, seed)
    # Its codes have another range than the prior's: each unit gets the mean and spread it has.
    codes = (seen.mean(dim=0) + seen.std(dim=0) * noise).clamp(0, 1)
    st.markdown(f"**{plain(run.request.title)}**, the same random numbers")
    digit_tiles(
        [TileRow(title="", pictures=to_uint8(decode(model_at(run.id, epoch), codes)))],
        key="generate:plain",
        description="What a plain autoencoder decodes from the same random numbers.",
        per_line=8,
    )
    st.caption("To be fair, each of its units gets the mean and the spread it has for real digits.")
