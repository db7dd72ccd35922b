"""t-SNE: optimisers unfold the same map side by side, live and replayed."""

from __future__ import annotations

import streamlit as st

from app.again import draw_again
from app.fragments import told
from app.layout import form_and_run
from app.live import watch
from app.picker import choose_run, named_run
from app.session import start_tsne, store
from app.source import formula_and_code, look_for
from app.tsne_export import draw_export
from app.tsne_form import draw_tsne_form
from app.tsne_view import LIVE_SECONDS, draw_tsne
from core.affinities import Affinities
from core.record import ACTIVE
from core.recording import tsne_config
from core.tsne_autograd import kl_divergence, student_t, unfold
from core.tsne_gradient import TSNEGradient

PAGE = GROUP = "tsne"
FORMULA = r"""
p_{j|i} = \frac{\exp(-\|x_i - x_j\|^2 / 2\sigma_i)}
{\sum_{k \ne i} \exp(-\|x_i - x_k\|^2 / 2\sigma_i)},
\quad p_{ij} = \frac{p_{j|i} + p_{i|j}}{2n},
\quad q_{ij} = \frac{(1 + \|y_i - y_j\|^2)^{-1}}{\sum_{k \ne l} (1 + \|y_k - y_l\|^2)^{-1}}
\\[1em]
\mathrm{KL}(P \,\|\, Q) = \sum_{i \ne j} p_{ij} \log \frac{p_{ij}}{q_{ij}},
\qquad \frac{\partial\, \mathrm{KL}}{\partial y_i}
= 4 \sum_j (p_{ij} - q_{ij}) (1 + \|y_i - y_j\|^2)^{-1} (y_i - y_j)
"""

st.title("t-SNE", anchor=False)
st.markdown(
    "t-SNE lays digits out on a plane so that **neighbours in 784 dimensions stay neighbours**. "
    "Here several optimisers unfold the same map from the same start, side by side."
)
look_for(
    "at the exercise's settings, Adam pulls clusters apart in the first hundred iterations, while "
    "plain SGD still sorts a cloud. The sizes of clusters and the distances between them mean "
    "little; who is next to whom is what counts."
)
named = named_run()
form, maps = form_and_run(3)
with form:
    draw_tsne_form(PAGE, GROUP)
with maps:
    record = choose_run(PAGE, GROUP, store().list("tsne"), named)
    if record is None:
        st.info("No map has been made yet. Press **Start** and watch the digits find each other.")
    else:
        watch(record, draw_tsne, every=LIVE_SECONDS)
        if record.state.status not in ACTIVE:
            with told():
                config = tsne_config(record)
                another = {**config.to_dict(), "seed": config.seed + 1}
                draw_again(
                    record,
                    PAGE,
                    GROUP,
                    lambda: start_tsne(another),
                    help="What changes was never in the data: t-SNE's maps depend on their start.",
                )
                if record.history():
                    draw_export(record)
formula_and_code(
    FORMULA,
    [Affinities.from_sigma, Affinities.from_perplexity, TSNEGradient],
    readable=[student_t, kl_divergence, unfold],
)
