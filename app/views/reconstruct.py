"""Reconstruct: digits, what the model rebuilds from their codes, and the difference."""

from __future__ import annotations

import streamlit as st

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.digits.choose import choose_digits
from app.digits.chosen import Chosen, chosen_test_digits, sentence
from app.digits.unseen import unseen_by
from app.links.address import ask
from app.links.values import whole
from app.runs.export import save_as
from app.server.models import TrainedModel
from app.server.yardsticks import yardsticks_of
from app.theme import model_color
from app.ui.activations import activation_title
from app.ui.charts import code_bars, draw_chart
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.result_first import result_first
from app.ui.source import formula_and_code
from app.views.pca_row import pca_row
from core.analysis.latent import encode, reconstruct
from core.analysis.quality import psnr, ssim

HARDEST = 10


def draw(model: TrainedModel) -> None:
    """Draw originals, reconstructions and differences with errors, and a picked digit's code."""
    with result_first(
        model.data.says(
            f"Which parts of a digit does the {term('code')} keep, and which get lost? Look at "
            "thin strokes and odd shapes first, then at the hardest test digits below."
        )
    ):

        @fragment
        def chosen() -> None:
            digits = choose_digits("reconstruct", model.data, unseen=unseen_by(model))
            _draw_digits(model, digits, "chosen", "pick")

        chosen()
    st.subheader(model.data.says("The hardest and the easiest of all 10,000 test digits"))

    @fragment
    def extremes() -> None:
        show = choose_one(
            "Show",
            ["Hardest", "Easiest"],
            default="Hardest",
            label_visibility="collapsed",
            key="reconstruct:extremes",
            link="show",
        )
        order = model.test_errors.argsort()
        indices = order.flip(0)[:HARDEST] if show == "Hardest" else order[:HARDEST]
        _draw_digits(
            model, chosen_test_digits(indices, model.data), f"{str(show).lower()}", "pick2"
        )

    extremes()
    network = model.model
    formula_and_code(
        network.formula(network.config), [type(network).loss_terms, reconstruct, psnr, ssim]
    )


def _draw_digits(model: TrainedModel, chosen: Chosen, key: str, link: str) -> None:
    """Draw the rows of these digits and what is known of the picked one.

    `link` is the parameter of the address that holds which one is picked.
    """
    pixels = chosen.pixels
    rebuilt = reconstruct(model.model, pixels)
    errors = (rebuilt - pixels).square().mean(dim=1)
    decibels, similarity = psnr(rebuilt, pixels), ssim(rebuilt, pixels)
    rows = [
        TileRow(title="Input", pictures=to_uint8(pixels)),
        TileRow(title="Output", pictures=to_uint8(rebuilt)),
        TileRow(
            title="Difference: orange is ink it added, blue is ink it left out",
            pictures=difference(pixels.numpy(), rebuilt.numpy()),
            colors="diverging",
        ),
    ]
    if yardsticks := yardsticks_of(model.record):
        # Above the output, whose errors stand below the last row.
        rows.insert(1, pca_row(yardsticks, pixels, pixels))
    picked = digit_tiles(
        rows,
        key=f"reconstruct:{key}",
        description=model.data.says("Digits, their reconstructions and the differences."),
        captions=[f"{error:.4f}" for error in errors],
        names=[
            f"{name}, error {error:.4f}" for name, error in zip(chosen.names, errors, strict=True)
        ],
        pickable=True,
        save_as=save_as(model, f"reconstructed {key} digits"),
        link=ask(link, f"reconstruct:{key}", whole(link, 0, len(chosen) - 1)),
    )
    st.caption(
        model.data.says("Below each digit: mean squared error per pixel of the output. ")
        + f"{f'This {model.data.noun}' if len(chosen) == 1 else f'Mean of these {len(chosen)}'}: "
        f"{errors.mean():.4f}, {term('psnr', 'PSNR')} {decibels.mean():.1f} dB, "
        f"{term('ssim', 'SSIM')} {similarity.mean():.3f}."
    )
    if picked is None:
        st.caption(model.data.says(":material/touch_app: Pick a digit to see its code."))
        return
    codes = encode(model.model, pixels[picked : picked + 1])[0]
    st.markdown(
        f"**{sentence(chosen.names[picked])}**: mean squared error {errors[picked]:.4f}, "
        f"PSNR {decibels[picked]:.1f} dB, SSIM {similarity[picked]:.3f}. "
        f"Its code, {len(codes)} numbers:"
    )
    draw_chart(
        code_bars(
            codes,
            y=activation_title(model.model.code_range, model.model.code_label),
            color=model_color(model.name),
        ),
        key=f"code:{key}",
        save_as=save_as(model, f"code of {chosen.names[picked]}"),
    )
