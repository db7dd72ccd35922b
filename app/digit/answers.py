"""What every model makes of one digit: pictures, damage repaired, codes and nearest digits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from app.charts import code_bars, draw_chart
from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.digit.panel import Member, member, vae_of
from app.images import to_uint8
from app.noise_slider import noise_slider, trained_noise
from app.session import digits, training_codes
from app.theme import LINE_COLORS
from core.latent import decode, encode, reconstruct
from core.neighbours import Vote, nearest, vote
from core.noise import gaussian
from models.vae import sample

NEAREST = 10
SAMPLES = 3
#: A code is quiet beside one whose largest number is more than so many times its own.
QUIET = 10
PIXELS = "Pixels"


def draw_every_model(pixels: Tensor, panel: Sequence[Member]) -> None:
    """The digit (784,) as each model rebuilds it, and what that adds to it or forgets."""
    pictures, captions = [pixels], ["What they get"]
    for one in panel:
        pictures.append(reconstruct(one.model, pixels[None])[0])
        captions.append(f"{one.title}\nerror {_error(pictures[-1], pixels)}")
    if (found := vae_of(panel)) is not None:
        _, vae = found
        with torch.inference_mode():
            mu, logvar = vae.posterior(pixels[None])
        generator = torch.Generator().manual_seed(0)
        for number in range(1, SAMPLES + 1):
            pictures.append(decode(vae, sample(mu, logvar, generator))[0])
            captions.append(f"VAE sample {number}\nerror {_error(pictures[-1], pixels)}")
    shown = torch.stack(pictures)
    digit_tiles(
        [
            TileRow(title="The digit, and what each model rebuilds", pictures=to_uint8(shown)),
            TileRow(
                title="Difference: orange is added, blue is missing",
                pictures=difference(pixels.expand_as(shown).numpy(), shown.numpy()),
                colors="diverging",
            ),
        ],
        key="digit:row",
        description="Your digit, what each model rebuilds of it, and the differences.",
        captions=captions,
        per_line=len(pictures),
        per_line_narrow=4,
    )
    st.caption("Error: mean squared error per pixel against the digit that the models get.")


def draw_denoise(pixels: Tensor, panel: Sequence[Member]) -> None:
    """The digit under noise of a chosen strength, restored by each model."""
    denoising = member(panel, "denoising")
    strength = noise_slider(
        "Noise",
        key="digit:noise",
        trained=None if denoising is None else trained_noise(denoising.record),
        help="Standard deviation of Gaussian noise; the exercise trains with 0.2.",
    )
    noisy = gaussian(pixels[None], strength, torch.Generator().manual_seed(0))
    pictures, captions = [noisy[0]], [f"Noisy\nerror {_error(noisy[0], pixels)}"]
    for one in panel:
        pictures.append(reconstruct(one.model, noisy)[0])
        captions.append(f"{one.title}\nerror {_error(pictures[-1], pixels)}")
    digit_tiles(
        [TileRow(title="Under noise, and restored", pictures=to_uint8(torch.stack(pictures)))],
        key="digit:denoise",
        description="Your digit under noise, and what each model restores of it.",
        captions=captions,
        per_line=len(pictures),
        per_line_narrow=3,
    )
    st.caption("Error: mean squared error per pixel against the digit without noise.")


def draw_codes(pixels: Tensor, panel: Sequence[Member]) -> None:
    """The code that each model gives the digit, as bars."""
    columns = st.columns(2)
    codes = [encode(one.model, pixels[None])[0] for one in panel]
    activations = [code for one, code in zip(panel, codes, strict=True) if one.name != "vae"]
    loudest = max((float(code.max()) for code in activations), default=0.0)
    for place, (one, code, color) in enumerate(zip(panel, codes, LINE_COLORS, strict=False)):
        with columns[place % 2]:
            st.markdown(f"**{one.title}**: {len(code)} numbers  \n{_reach(code, loudest)}")
            draw_chart(
                code_bars(
                    code,
                    y="Posterior mean" if one.name == "vae" else "Activation",
                    color=color,
                    height=210,
                ),
                key=f"digit:code:{one.name}",
            )
    st.caption(
        "The bars of the VAE are the means of its posterior; those of the others are 0 to 1."
    )


def votes(pixels: Tensor, panel: Sequence[Member]) -> dict[str, tuple[Tensor, Vote]]:
    """In each space, the numbers of the nearest training digits, (10,), and how they vote."""
    train = digits("train")
    spaces = {PIXELS: (pixels[None], train.pixels)}
    for one in panel:
        codes = training_codes(one.record.id, one.epoch)
        spaces[one.title] = (encode(one.model, pixels[None]), codes)
    found: dict[str, tuple[Tensor, Vote]] = {}
    for name, (query, points) in spaces.items():
        indices = nearest(query, points, NEAREST).indices[0]
        found[name] = (indices, vote(train.labels[indices]))
    return found


def draw_votes(found: dict[str, tuple[Tensor, Vote]]) -> None:
    """Which digit the neighbours say this is, in one line."""
    said = [result.winner for _, result in found.values()]
    each = " · ".join(
        f"{name} **{result.winner}** ({result.counts[result.winner]} of {NEAREST})"
        for name, (_, result) in found.items()
    )
    st.markdown(f"#### {headline(said)}")
    st.caption(
        f"The vote of the {NEAREST} nearest training digits, as pixels and as each model's code: "
        f"{each}."
    )


def headline(said: Sequence[int]) -> str:
    """What the voters, at least one, say together: a digit only where most of them say it."""
    winner = max(said, key=said.count)
    most = said.count(winner)
    if most == len(said):
        return f"Everyone says: this is a {winner}"
    if 2 * most > len(said):
        return f"{most} of {len(said)} say: this is a {winner}"
    *others, last = sorted(said)
    return f"No agreement: {', '.join(map(str, others))} or {last}"


def draw_nearest(found: dict[str, tuple[Tensor, Vote]]) -> None:
    """The nearest training digits in pixel space and in each model's code space."""
    train = digits("train")
    for name, (indices, result) in found.items():
        where = "As pixels" if name == PIXELS else f"By the code of {name}"
        title = f"{where}: {result.counts[result.winner]} of {NEAREST} are a {result.winner}"
        digit_tiles(
            [TileRow(title=title, pictures=to_uint8(train.pixels[indices]))],
            key=f"digit:nearest:{name}",
            description=f"The ten nearest training digits. {where}.",
            captions=[f"a {label}" for label in train.labels[indices]],
        )
    st.caption("Nearest first, of the 60,000 training digits, by Euclidean distance.")


def _reach(code: Tensor, loudest: float) -> str:
    """How far the numbers of a code (L,) go from zero, with a warning where its bars look as tall
    as those of another code that goes up to `loudest`, and are far smaller."""
    most = float(code.abs().max())
    sign = "±" if code.min() < 0 else ""
    warning = " · :material/warning: **mind the scale**" if QUIET * most < loudest else ""
    return f"up to {sign}{most:.2g}{warning}"


def _error(picture: Tensor, pixels: Tensor) -> str:
    return f"{(picture - pixels).square().mean():.4f}"
