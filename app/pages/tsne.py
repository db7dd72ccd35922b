"""t-SNE: several optimisers make a map of the same digits, live and replayed side by side."""

from __future__ import annotations

import streamlit as st

from app.recorded.map_view import draw_recorded_map
from app.runs.data import choose_data
from app.runs.picker import choose_run, named_run
from app.runs.watch import watch
from app.server.shared import store
from app.tsne.form import draw_tsne_form
from app.tsne.layout import run_and_form
from app.tsne.next_steps import draw_next
from app.tsne.view import LIVE_SECONDS, draw_tsne, watched
from app.ui.fragments import show_errors
from app.ui.glossary import term
from app.ui.source import formula_and_code
from core.runs.state import RECORDED_MAP
from core.tsne.affinities import Affinities
from core.tsne.autograd import kl_divergence, student_t, unfold
from core.tsne.exact import ExactGradient
from core.tsne.mesh import TorchRepulsion

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
about = st.empty()
named = named_run(PAGE)
top = st.container(horizontal=True, vertical_alignment="bottom")
with top:
    data = choose_data(PAGE, named)
    maps = [run for run in store().list() if run.request.kind in (GROUP, RECORDED_MAP)]
    record = choose_run(PAGE, GROUP, data, maps, named)
about.markdown(
    f"t-SNE places {data.nouns} on a plane so that {term('p', 'neighbours in the data')} become "
    f"neighbours on the map. Several maps of the same {data.nouns} unfold side by side, each by "
    "its own settings."
)
run, form = run_and_form(top, folded=record.id if record is not None and watched(record) else None)
with run:
    if record is None:
        st.info("The maps of your first run will appear here. Press **Start** to make them.")
    else:
        recorded = record.request.is_recorded
        watch(record, draw_recorded_map if recorded else draw_tsne, every=LIVE_SECONDS)
        if not record.is_active and not recorded:
            with show_errors():
                draw_next(record, PAGE, GROUP)
with form:
    draw_tsne_form(PAGE, GROUP, data)
formula_and_code(
    FORMULA,
    [Affinities.from_sigma, Affinities.from_perplexity, ExactGradient, TorchRepulsion],
    readable=[student_t, kl_divergence, unfold],
)
