"""Reconstruct: a digit, the mean of its cloud decoded, and samples of the cloud."""

from __future__ import annotations

import streamlit as st
import torch
from torch.nn import functional

from app.choose_digits import choose_digits
from app.components.digit_tiles import TileRow, digit_tiles
from app.fragments import fragment
from app.images import to_uint8
from app.session import vae_at
from app.source import formula_and_code, look_for
from core.latent import decode, reconstruct
from core.record import RunRecord
from models.vae import VAE, gaussian_kl, sample

SAMPLES = 3


def draw(record: RunRecord, epoch: int) -> None:
    """Originals, mean reconstructions, posterior samples, and both loss terms of each digit."""
    look_for(
        "the encoder answers with a cloud, not a point. Its samples differ in slant and weight and "
        "stay the same digit; where they do not, the model was unsure."
    )
    model = vae_at(record.id, epoch)

    @fragment
    def chosen() -> None:
        pixels = choose_digits("vae-reconstruct").pixels
        with torch.inference_mode():
            mu, logvar = model.posterior(pixels)
        generator = torch.Generator().manual_seed(0)
        rebuilt = reconstruct(model, pixels)
        rows = [
            TileRow(title="Original", pictures=to_uint8(pixels)),
            TileRow(title="Decoded mean of its cloud", pictures=to_uint8(rebuilt)),
        ]
        for number in range(SAMPLES):
            picture = decode(model, sample(mu, logvar, generator))
            rows.append(TileRow(title=f"Sample {number + 1}", pictures=to_uint8(picture)))
        cross_entropy = functional.binary_cross_entropy(rebuilt, pixels, reduction="none").mean(1)
        kl = gaussian_kl(mu, logvar).sum(dim=1)
        digit_tiles(
            rows,
            key="vae-reconstruct:rows",
            description="Digits, their mean reconstructions and samples of their posteriors.",
            captions=[f"{c:.3f}\n{k:.1f}" for c, k in zip(cross_entropy, kl, strict=True)],
            per_line_narrow=5,
        )
        st.caption(
            "Below each digit: cross-entropy of the mean reconstruction (nats per pixel), then KL "
            f"to the prior (nats). All {len(pixels)}: {cross_entropy.mean():.3f} and "
            f"{kl.mean():.1f}."
        )

    chosen()
    formula_and_code(model.formula, [VAE.loss_terms, VAE.posterior, sample, gaussian_kl])
