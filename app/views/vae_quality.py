"""Show how good a VAE is as a model of digits: by likelihood bounds and by its samples."""

from __future__ import annotations

import streamlit as st
import torch

from app.runs.data import runs_on
from app.runs.picker import runs_of
from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.novelty import reference
from app.server.shared import store
from app.ui.glossary import term
from app.ui.markdown import escape_markdown
from app.ui.numbers import with_minus
from core.analysis.latent import decode, encode, random_codes, reconstruction_errors
from core.analysis.likelihood import Bounds, likelihood_bounds
from core.data.data_sets import DataSet
from core.execution.turns import heavy_work
from core.runs.record import RunError
from models import name_of
from models.autoencoder import Autoencoder

#: The bounds are means over so many test digits, with so many codes of each.
DIGITS, SAMPLES = 200, 500
#: So many random codes are decoded and judged.
DRAWN = 1000


def draw_quality(model: TrainedModel) -> None:
    """Draw both bounds and the share of samples that pass for digits, when they are asked for."""
    data = model.data
    box = st.expander(
        f"How good is it as a model of {data.things}?", key="learned-quality", on_change="rerun"
    )
    # Only when it is open: it takes some seconds.
    if not box.open:
        return
    with box:
        bounds = _bounds(model)
        judge = _judge(data)
        with st.container(horizontal=True, gap="large"):
            for title, values in (
                ("Evidence lower bound", bounds.evidence),
                ("Importance-weighted bound", bounds.importance_weighted),
            ):
                _draw_bound(title, values, data)
            if judge is not None:
                share = _accepted(model, judge)
                passed = f"Samples that pass for {data.things}"
                st.metric(passed, f"{100 * share:.0f} %", width="content")
        gap = float((bounds.importance_weighted - bounds.evidence).mean())
        st.caption(
            data.says(
                f"Both bounds are in {term('nats')} per image, means over the first {DIGITS} test "
                f"digits with {SAMPLES} codes of each, and lie below the log-likelihood log p(x). "
                f"The {term('elbo', 'evidence lower bound')} is what training with weight 1/784 "
                f"raises; the importance-weighted one is {gap:.1f} nats nearer to log p(x), "
                "because its average counts likely codes more. A grey pixel counts as partly white "
                "and partly black, which is no probability: compare these numbers between runs on "
                "the same digits, and do not read them alone."
            )
        )
        if judge is not None:
            st.caption(
                f"Of {DRAWN:,} random codes from the {term('prior')}, this share decodes to "
                f"pictures that **{escape_markdown(judge.title)}** finds no more unusual than 95 % "
                f"of the test {data.nouns}, by its error and by the distance of the code to known "
                "codes. Blurred pictures are easily rebuilt, so a high share does not mean sharp "
                f"{data.nouns}."
            )


def _draw_bound(title: str, values: torch.Tensor, data: DataSet) -> None:
    spread = float(values.std()) / len(values) ** 0.5
    text = with_minus(f"{float(values.mean()):.1f} ± {spread:.1f}")
    st.metric(
        f"{title} (nats)",
        text,
        width="content",
        help=data.says(f"Mean over {len(values)} test digits, with its standard error."),
    )


def _judge(data: DataSet) -> TrainedModel | None:
    """Return the gallery's compression model of a data set; None where the gallery has none."""
    for run in runs_on(data, runs_of(name_of(Autoencoder))):
        if run.in_gallery:
            try:
                return TrainedModel.load(store().get(run.id))
            except RunError:
                continue
    return None


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=BY_ID_AND_EPOCH)
def _bounds(model: TrainedModel) -> Bounds:
    vae, pixels = model.vae, model.test.pixels[:DIGITS]
    with st.spinner(model.data.says("Drawing codes of test digits …")), heavy_work:
        return likelihood_bounds(vae, pixels, SAMPLES, torch.Generator().manual_seed(0))


@st.cache_data(max_entries=64, show_spinner="Judging samples …", hash_funcs=BY_ID_AND_EPOCH)
def _accepted(model: TrainedModel, judge: TrainedModel) -> float:
    """Return the share of pictures of random codes that are no more unusual than most digits."""
    vae = model.vae
    pictures = decode(vae, random_codes(DRAWN, vae.config.latent_dim, 1.0, seed=0))
    known = reference(judge)
    errors, codes = reconstruction_errors(judge.model, pictures), encode(judge.model, pictures)
    with heavy_work:
        found = known.judge(errors, codes)
    return sum(one.level == "usual" for one in found) / len(found)
