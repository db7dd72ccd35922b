"""Your digit: draw or upload one, and see the output of each model."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.layout import input_and_answer
from app.ui.source import formula_and_code, hint
from app.your_digit import answers
from app.your_digit.given import choose_input, invitation
from app.your_digit.kept import draw_kept, draw_uses
from app.your_digit.panel import Panel, choose_panel, vae_of
from app.your_digit.places import draw_on_latent_map, draw_on_tsne_map
from app.your_digit.prepared import prepare
from app.your_digit.unusual import judge
from core.analysis.neighbours import Vote, nearest, vote
from core.scan.normalise import from_drawing
from core.tsne.placement import place

#: The views of the page.
ROW = "Every model"
DENOISE = "Denoise"
CODES = "Codes"
NEAREST = "Nearest digits"
LATENT = "Latent map"
TSNE = "t-SNE map"
FORMULA = (
    r"y^{*} = \arg\min_y \sum_j p_j \log \frac{p_j}{q_j(y)},\qquad "
    r"q_j(y) = \frac{(1 + \|y - y_j\|^2)^{-1}}{\sum_k (1 + \|y - y_k\|^2)^{-1}}"
)

st.title("Your digit", anchor=False)
st.markdown(
    "Draw a digit, or bring a picture of one. One trained model of each kind rebuilds it, its "
    "nearest among the 60,000 training digits vote on its class, and it is placed on the maps."
)


@fragment
def lab() -> None:
    """Draw everything: a stroke draws this fragment anew and nothing else."""
    left, right = input_and_answer()
    answer = st.container()
    with left:
        given = choose_input()
    with st.container():
        panel = choose_panel()
    if given is None:
        right.info(invitation(), icon=":material/draw:")
        with answer:
            draw_kept()
        return
    with right:
        level = st.container()
        pixels = prepare(given)
    vae = vae_of(panel)
    with answer:
        found = draw_view(pixels, panel)
        # Above what is drawn already, but it takes longer.
        found = found or answers.votes(pixels, panel)
        with level:
            answers.draw_novelty(found, judge(pixels, panel))
        draw_uses(pixels, answers.winner(found), vae)
        draw_kept()


def draw_view(pixels: Tensor, panel: Panel) -> dict[str, tuple[Tensor, Vote]] | None:
    """Draw the chosen view of a digit (784,); return the votes if the view needed them."""
    view = choose_one(
        "Show",
        [ROW, DENOISE, CODES, NEAREST, LATENT, TSNE],
        default=ROW,
        key="digit:view",
        link="show",
        label_visibility="collapsed",
        persist_state="session",
        wrap=True,
    )
    if view == ROW:
        answers.draw_every_model(pixels, panel)
    elif view == DENOISE:
        answers.draw_denoise(pixels, panel)
    elif view == CODES:
        answers.draw_codes(pixels, panel)
    elif view == NEAREST:
        found = answers.votes(pixels, panel)
        answers.draw_nearest(found, panel)
        return found
    elif view == TSNE:
        draw_on_tsne_map(pixels)
    elif (vae := vae_of(panel)) is not None:
        draw_on_latent_map(pixels, vae)
    else:
        st.info("No VAE is trained yet; train one on the page Variational autoencoder.")
    return None


lab()
hint(
    "each model draws only what it has learned from training digits. A 7 with a bar, a closed 4 "
    "or a letter becomes more like them. Try the preparation, too: only resized, your digit looks "
    "unlike any training digit."
)
formula_and_code(FORMULA, [from_drawing, nearest, vote, place])
