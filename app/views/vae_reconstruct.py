"""Reconstruct: a digit, the decoded mean of its posterior, and decoded samples of it."""

from __future__ import annotations

import streamlit as st
import torch
from torch.nn import functional

from app.components.digit_tiles import TileRow, digit_tiles
from app.digits.choose import choose_digits
from app.digits.unseen import unseen_by
from app.runs.export import save_as
from app.server.models import TrainedModel
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.result_first import result_first
from app.ui.source import formula_and_code
from core.analysis.latent import decode, reconstruct
from models.vae import gaussian_kl, sample

SAMPLES = 3
_NOTE = (
    "The exercise leaves open which number of the spread the encoder gives. Here it is the "
    "logarithm of the variance, as in the exercise's own solution. With β = 1/784 the loss is the "
    "negative evidence lower bound divided by 784. The pixels are grey values, not 0 or 1: each is "
    "taken as the probability of ink, so the bound is that of black and white pictures drawn with "
    "these probabilities, averaged over them. It is no bound on the likelihood of the grey values "
    "themselves; compare it between runs only."
)

_NOTE_OF_OPENED = (
    "These weights were trained outside the lab, with a weight of the KL term that the lab does "
    "not know: the loss shown is the negative evidence lower bound. Compare it between runs only, "
    "since grey pixels count as probabilities of ink."
)


def draw(model: TrainedModel) -> None:
    """Draw originals, decoded means and samples, and both loss terms of each digit."""
    vae = model.vae

    with result_first(
        f"The encoder gives a mean and a spread for each {model.data.noun}, its "
        f"{term('posterior')}. Are the samples of one column still "
        f"{'the same digit' if model.data.shows_digits else 'of the same class'}, or does the "
        "model confuse two classes?"
    ):

        @fragment
        def chosen() -> None:
            pixels = choose_digits("vae-reconstruct", model.data, unseen=unseen_by(model)).pixels
            with torch.inference_mode():
                mu, logvar = vae.posterior(pixels)
            generator = torch.Generator().manual_seed(0)
            rebuilt = reconstruct(vae, pixels)
            rows = [
                TileRow(title="Input", pictures=to_uint8(pixels)),
                TileRow(title="Output: the mean decoded", pictures=to_uint8(rebuilt)),
            ]
            for number in range(SAMPLES):
                picture = decode(vae, sample(mu, logvar, generator))
                rows.append(TileRow(title=f"Sample {number + 1}", pictures=to_uint8(picture)))
            cross_entropy = functional.binary_cross_entropy(rebuilt, pixels, reduction="none").mean(
                1
            )
            kl = gaussian_kl(mu, logvar).sum(dim=1)
            digit_tiles(
                rows,
                key="vae-reconstruct:rows",
                description=model.data.says(
                    "Digits, their mean reconstructions and samples of their posteriors."
                ),
                captions=[f"{c:.3f}\nKL {k:.1f}" for c, k in zip(cross_entropy, kl, strict=True)],
                save_as=save_as(model, "reconstructed digits and samples"),
            )
            st.caption(
                model.data.says("Below each digit: cross-entropy of the decoded mean ")
                + f"({term('nats')} per pixel), then {term('kl', 'KL')} to the "
                f"{term('prior')} (nats). Mean of these {len(pixels)}: "
                f"{cross_entropy.mean():.3f} and {kl.mean():.1f}."
            )

        chosen()
    formula_and_code(
        vae.formula(vae.config),
        [type(vae).loss_terms, type(vae).posterior, sample, gaussian_kl],
        note=_NOTE_OF_OPENED if model.record.request.is_opened else _NOTE,
    )
