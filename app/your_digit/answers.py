"""The output of every model for one digit: reconstruction, denoising, code, nearest digits."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.digits.noise_slider import noise_slider
from app.runs.export import save_as, save_page_as
from app.server.models import TrainedModel
from app.server.shared import digits
from app.theme import model_color
from app.ui.activations import activation_title
from app.ui.articles import a_digit
from app.ui.charts import code_bars, draw_chart
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.your_digit.panel import Panel, vae_of
from app.your_digit.unusual import reason
from core.analysis.latent import decode, encode, reconstruct
from core.analysis.neighbours import Vote, nearest, vote
from core.analysis.novelty import Novelty
from core.data.noise import gaussian
from models.vae import sample

NEAREST = 10
SAMPLES = 3
#: A code is small beside one whose largest number is more than so many times its own.
SMALL = 10
#: CSS pixels of the charts on this page: four codes are compared, below the drawing.
_CODE_HEIGHT = 210
BY_PIXELS = "Pixels"
PAGE = "Your digit"


def draw_every_model(pixels: Tensor, panel: Panel) -> None:
    """Draw the digit (784,) as each model rebuilds it, and what that adds or leaves out."""
    pictures, captions = [pixels], ["Input"]
    for one in panel.values():
        pictures.append(reconstruct(one.model, pixels[None])[0])
        captions.append(f"{one.spec.title}\nerror {_error(pictures[-1], pixels)}")
    if (chosen := vae_of(panel)) is not None:
        vae = chosen.vae
        with torch.inference_mode():
            mu, logvar = vae.posterior(pixels[None])
        generator = torch.Generator().manual_seed(0)
        for number in range(1, SAMPLES + 1):
            pictures.append(decode(vae, sample(mu, logvar, generator))[0])
            captions.append(f"VAE sample {number}\nerror {_error(pictures[-1], pixels)}")
    shown = torch.stack(pictures)
    digit_tiles(
        [
            TileRow(title="Input, and the output of each model", pictures=to_uint8(shown)),
            TileRow(
                title="Difference: orange is added, blue is missing",
                pictures=difference(pixels.expand_as(shown).numpy(), shown.numpy()),
                colors="diverging",
            ),
        ],
        key="digit:row",
        description="Your digit, the output of each model, and the differences.",
        captions=captions,
        per_line=len(pictures),
        per_line_narrow=4,
        save_as=save_page_as(PAGE, "outputs of all models"),
    )
    st.caption(f"Error: {term('mse')} per pixel between input and output.")


def draw_denoise(pixels: Tensor, panel: Panel) -> None:
    """Draw the digit with noise of a chosen strength, and the output of each model."""
    noises = (one.model.trained_noise for one in panel.values())
    strength = noise_slider(
        "Noise",
        key="digit:noise",
        trained=next((noise for noise in noises if noise is not None), None),
        help="Standard deviation of Gaussian noise; the exercise trains with 0.2.",
    )
    noisy = gaussian(pixels[None], strength, torch.Generator().manual_seed(0))
    pictures, captions = [noisy[0]], [f"Noisy\nerror {_error(noisy[0], pixels)}"]
    for one in panel.values():
        pictures.append(reconstruct(one.model, noisy)[0])
        captions.append(f"{one.spec.title}\nerror {_error(pictures[-1], pixels)}")
    title = "Noisy input, and the output of each model"
    digit_tiles(
        [TileRow(title=title, pictures=to_uint8(torch.stack(pictures)))],
        key="digit:denoise",
        description="Your digit with noise, and the output of each model.",
        captions=captions,
        per_line=len(pictures),
        per_line_narrow=3,
        save_as=save_page_as(PAGE, f"outputs with noise {strength:.2f}"),
    )
    st.caption(f"Error: {term('mse')} per pixel, compared with the digit without noise.")


def draw_codes(pixels: Tensor, panel: Panel) -> None:
    """Draw the code that each model gives the digit, as bars."""
    codes = [encode(one.model, pixels[None])[0] for one in panel.values()]
    activations = (
        float(code.max())
        for one, code in zip(panel.values(), codes, strict=True)
        if not one.model.has_posterior
    )
    largest = max(activations, default=0.0)
    # A row after the other, so that a phone shows them in this order, too.
    places = [place for _ in range(0, len(panel), 2) for place in st.columns(2)]
    for place, one, code in zip(places, panel.values(), codes, strict=False):
        with place:
            st.markdown(f"**{one.spec.title}**: {len(code)} numbers  \n{_reach(code, largest)}")
            draw_chart(
                code_bars(
                    code,
                    y=activation_title(one.model.code_range, one.model.code_label),
                    color=model_color(one.name),
                    height=_CODE_HEIGHT,
                ),
                key=f"digit:code:{one.name}",
                save_as=save_as(one, "code of my digit", figure=f"code of {one.spec.title}"),
            )
    st.caption(
        f"The bars of the VAE are the means of its {term('posterior')}; those of the other models "
        "are activations of code units."
    )


def votes(pixels: Tensor, panel: Panel) -> dict[str, tuple[Tensor, Vote]]:
    """Return, for each space, the nearest training digits' numbers, (10,), and their vote."""
    train = digits("train")
    spaces = {BY_PIXELS: (pixels[None], train.pixels)}
    for one in panel.values():
        spaces[one.spec.title] = (encode(one.model, pixels[None]), one.training_codes)
    found: dict[str, tuple[Tensor, Vote]] = {}
    for name, (query, points) in spaces.items():
        indices = nearest(query, points, NEAREST).indices[0]
        found[name] = (indices, vote(train.labels[indices]))
    return found


def draw_novelty(
    found: dict[str, tuple[Tensor, Vote]], judged: tuple[TrainedModel, Novelty] | None
) -> None:
    """Write which digit this is by its nearest training digits, below any doubt that it is one."""
    vote_now = headline([result.winner for _, result in found.values()])
    if judged is None:
        st.markdown(f"## {vote_now}")
    elif judged[1].level == "usual":
        st.markdown(f"## {vote_now}")
        st.markdown(judged[1].sentence)
    else:
        doubt, _, share = judged[1].sentence.partition(": ")
        st.markdown(f"## {doubt}")
        st.markdown(
            f"{share[0].upper()}{share[1:]}  \nIf it is a digit: "
            f"**{vote_now[0].lower()}{vote_now[1:]}**."
        )
    each = " · ".join(
        f"{name} **{result.winner}** ({result.counts[result.winner]} of {NEAREST})"
        for name, (_, result) in found.items()
    )
    why = "" if judged is None else f" {reason(*judged)}"
    st.caption(
        f"The votes of the {NEAREST} nearest training digits, by pixels and by each model's code: "
        f"{each}.{why}"
    )


def winner(found: dict[str, tuple[Tensor, Vote]]) -> int:
    """Return the class that most spaces vote for."""
    return _most_voted([result.winner for _, result in found.values()])


def _most_voted(winners: Sequence[int]) -> int:
    return max(winners, key=winners.count)


def headline(winners: Sequence[int]) -> str:
    """Return what the voters, at least one, agree on: a digit only if most of them vote for it."""
    winner = _most_voted(winners)
    most = winners.count(winner)
    if len(winners) == 1:
        return f"The vote is {winner}"
    if most == len(winners):
        return f"All {most} say {winner}"
    if 2 * most > len(winners):
        return f"{most} of {len(winners)} say {winner}"
    *others, last = sorted(set(winners))
    return f"No majority: {', '.join(map(str, others))} or {last}"


def draw_nearest(found: dict[str, tuple[Tensor, Vote]], panel: Panel) -> None:
    """Draw the nearest training digits by pixels and by each model's code."""
    train = digits("train")
    what = "digits nearest to mine"
    named = {
        one.spec.title: save_as(one, what, figure=f"{what} by {one.spec.title}")
        for one in panel.values()
    }
    for name, (indices, result) in found.items():
        where = "By pixels" if name == BY_PIXELS else f"By the code of {name}"
        title = f"{where}: {result.counts[result.winner]} of {NEAREST} are {a_digit(result.winner)}"
        digit_tiles(
            [TileRow(title=title, pictures=to_uint8(train.pixels[indices]))],
            key=f"digit:nearest:{name}",
            description=f"The ten nearest training digits. {where}.",
            captions=[a_digit(int(label)) for label in train.labels[indices]],
            save_as=named.get(name) or save_page_as(PAGE, f"{what} by pixels"),
        )
    st.caption("Nearest first, of the 60,000 training digits, by Euclidean distance.")


def _reach(code: Tensor, largest: float) -> str:
    """Return how far the numbers of a code (L,) go from zero.

    A warning follows if its bars look as tall as those of another code that goes up to `largest`,
    and are far smaller.
    """
    most = float(code.abs().max())
    sign = "±" if code.min() < 0 else ""
    warning = " · :material/warning: **mind the scale**" if SMALL * most < largest else ""
    return f"up to {sign}{most:.2g}{warning}"


def _error(picture: Tensor, pixels: Tensor) -> str:
    return f"{(picture - pixels).square().mean():.4f}"
