"""Your digit: draw or upload one, and see what every model makes of it."""

from __future__ import annotations

import streamlit as st
import torch
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.digit import answers
from app.digit.given import Prepared, choose_input, invitation
from app.digit.kept import draw_kept, draw_uses
from app.digit.panel import choose_panel, vae_of
from app.digit.places import draw_on_latent_map, draw_on_tsne_map
from app.digit.unusual import draw_unusual
from app.fragments import fragment
from app.images import to_uint8
from app.source import formula_and_code, look_for
from core.drawing import from_drawing
from core.neighbours import nearest, vote
from core.placement import place

AS_MNIST, RESIZED = "As MNIST does it", "Just resized"
ROW, DENOISE, CODES, NEAREST = "Every model", "Denoise", "Codes", "Nearest digits"
LATENT, TSNE = "Latent map", "t-SNE map"
FORMULA = (
    r"y^{*} = \arg\min_y \sum_j p_j \log \frac{p_j}{q_j(y)},\qquad "
    r"q_j(y) = \frac{(1 + \|y - y_j\|^2)^{-1}}{\sum_k (1 + \|y - y_k\|^2)^{-1}}"
)

st.title("Your digit", anchor=False)
st.markdown(
    "Draw a digit, or bring one on a picture. It goes through **every trained model** at once, and "
    "takes its place among the 70,000 that they know."
)
look_for(
    "models rebuild what they have learned from. A 7 with a bar, a closed 4 or a letter is pulled "
    "towards what they know. And see what the preparation does: merely resized, your digit is none "
    "that a model has ever seen."
)


@fragment
def lab() -> None:
    """Everything: a stroke draws this fragment anew and nothing else."""
    left, right = st.columns([1.2, 2.2], gap="large")
    with left:
        given = choose_input()
        panel = choose_panel()
    with right:
        if given is None:
            st.info(invitation(), icon=":material/draw:")
            draw_kept()
            return
        pixels, verdict = prepare(given)
        view = st.segmented_control(
            "Show",
            [ROW, DENOISE, CODES, NEAREST, LATENT, TSNE],
            default=ROW,
            required=True,
            key="digit:view",
            label_visibility="collapsed",
            persist_state="session",
            wrap=True,
        )
        found = None
        vae = vae_of(panel)
        if view == ROW:
            answers.draw_every_model(pixels, panel)
        elif view == DENOISE:
            answers.draw_denoise(pixels, panel)
        elif view == CODES:
            answers.draw_codes(pixels, panel)
        elif view == NEAREST:
            found = answers.votes(pixels, panel)
            answers.draw_nearest(found)
        elif view == LATENT:
            if vae is not None:
                draw_on_latent_map(pixels, vae[0])
            else:
                st.info("No VAE is trained yet; train one on the page Variational autoencoder.")
        elif view == TSNE:
            draw_on_tsne_map(pixels)
        # Above what is drawn already, but it takes longer.
        with verdict:
            answers.draw_votes(found or answers.votes(pixels, panel))
            draw_unusual(pixels, panel)
        draw_uses(pixels, vae[0] if vae is not None else None)
        draw_kept()


def prepare(given: Prepared) -> tuple[Tensor, DeltaGenerator]:
    """The 28x28 pixels that the models get, (784,), and room beside them for a verdict."""
    tiles, verdict = st.columns([1.2, 1.5], gap="medium")
    with tiles:
        both = {AS_MNIST: given.pixels}
        if given.resized is not None:
            both[RESIZED] = given.resized
        digit_tiles(
            [TileRow(title="28 × 28 pixels", pictures=to_uint8(torch.stack([*both.values()])))],
            key="digit:prepared",
            description=f"The 28 by 28 pixels of {given.name}: {' and '.join(both).lower()}.",
            captions=list(both) if len(both) > 1 else [given.name],
            per_line=2,
        )
        if len(both) == 1:
            return given.pixels, verdict
        way = st.segmented_control(
            "The models get",
            list(both),
            default=AS_MNIST,
            required=True,
            key="digit:preparation",
            persist_state="session",
            help="MNIST's makers cropped every digit, scaled it into a box of 20 × 20 pixels and "
            "put its centre of mass into the middle of 28 × 28. A picture that is just resized "
            "looks like a digit to you, and like nothing they know to the models.",
        )
    return both[way or AS_MNIST], verdict


lab()
formula_and_code(FORMULA, [from_drawing, nearest, vote, place])
