"""Shows what was learned: the information in each dimension, what the codes know of labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.runs.data import on_data, runs_on
from app.runs.export import save_as, save_run_as
from app.runs.picker import choose_companion, runs_of
from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.shared import digits, store
from app.theme import BASELINE_COLOR, model_color
from app.ui.charts import agreement_bars, draw_chart, kl_bars
from app.ui.glossary import term
from app.ui.result_first import result_first, stacked_columns
from app.ui.source import formula_and_code
from app.views.rate_distortion import MIN_KL, RunPoint, rate_distortion
from app.views.vae_quality import draw_quality
from app.views.vae_sliders import UNUSED
from core.analysis.latent import kl_per_dimension
from core.analysis.likelihood import likelihood_bounds
from core.analysis.neighbours import nearest_others
from core.analysis.quality import label_agreement
from core.execution.turns import heavy_work
from core.runs.record import RunError
from core.training.config import TrainConfig
from core.training.record import epoch_rows, read_configs
from models import name_of
from models.autoencoder import Autoencoder
from models.stack_vae import StackVAE, StackVAEConfig
from models.vae import VAE, VAEConfig

NEIGHBOUR_DIGITS = 2000
NEIGHBOURS = 5
#: Nats per pixel of a picture that gives every pixel the probability one half.
GUESSING = math.log(2)
#: The models that have a KL to the prior.
_VARIATIONAL = (name_of(VAE), name_of(StackVAE))


def draw(model: TrainedModel) -> None:
    """Draw KL per dimension, reconstruction against KL of all runs, and label agreement."""
    with result_first(
        f"How many dimensions does this run use, and how many {term('nats')} does a "
        f"{model.data.noun} get? A larger KL weight gives a smoother space and blurrier pictures; "
        "compare the runs below."
    ):
        kl = model.dimension_kl
        active = int((kl >= UNUSED).sum())
        st.markdown(f"**Information in each dimension ({term('kl', 'KL')})**")
        draw_chart(
            kl_bars(kl, UNUSED),
            key="learned:kl",
            save_as=save_as(model, "KL of each dimension"),
        )
        st.caption(
            f"KL to the {term('prior')}, mean over the 10,000 test {model.data.nouns}: "
            f"{kl.sum():.1f} nats in all; {active} of {len(kl)} dimensions are active (at least "
            f"{UNUSED:g} nats)."
        )
    left, right = stacked_columns("learned", 2)
    with left:
        st.subheader("Reconstruction against KL")
        _draw_rate_distortion(model)
    with right:
        _draw_agreement(model)
    draw_quality(model)
    formula_and_code(
        model.vae.formula(model.vae.config),
        [kl_per_dimension, nearest_others, label_agreement, likelihood_bounds],
    )


def _draw_agreement(model: TrainedModel) -> None:
    """Draw how often neighbours have the same label, for pixels and for the codes of two models."""
    st.subheader("Do the codes tell the classes apart?")
    place = st.container()
    beside = choose_companion("Plain autoencoder", name_of(Autoencoder), model.data, key="learned")
    shares, colors = [("pixels", agreement(None, model.data.name))], [BASELINE_COLOR]
    if beside is not None:
        shares.append((beside.title, agreement(beside, model.data.name)))
        colors.append(model_color(beside.name))
    shares.append((model.title, agreement(model, model.data.name)))
    colors.append(model_color(model.name))
    with place:
        draw_chart(
            agreement_bars(shares, colors),
            key="learned:agreement",
            save_as=save_as(model, "label agreement"),
        )
        st.caption(
            model.data.says(
                f"Share of a digit's {NEIGHBOURS} nearest neighbours that have its label, among "
                f"{NEIGHBOUR_DIGITS:,} test digits; chance is 10 %. No model was given any labels."
            )
        )


def _draw_rate_distortion(model: TrainedModel) -> None:
    """Draw every VAE run in the plane of its KL and its cross-entropy."""
    points, left_out = [], 0
    for run in runs_on(model.data, runs_of(*_VARIATIONAL)):
        try:
            other = store().get(run.id)
            epochs = epoch_rows(other)
            _, config, training = read_configs(other)
        except RunError:  # another run's damage, or it is gone by now
            continue
        if not epochs or epochs[-1]["epoch"] == 0:
            continue
        if isinstance(config, VAEConfig):
            name = name_of_point(config, training, epochs[-1])
        elif isinstance(config, StackVAEConfig):  # with which weight is not known
            name = f"{run.request.title}, {config.latent_dim} d"
        else:
            continue
        point = run_point(name, epochs[-1], chosen=run.id == model.id)
        if point is None:
            left_out += 1
        else:
            points.append(point)
    draw_chart(
        rate_distortion(points),
        key="learned:rate",
        save_as=save_run_as(model.record, "reconstruction against KL"),
    )
    st.caption(
        f"Every VAE run{on_data(model.data)} here after its last epoch, on the test "
        f"{model.data.nouns}. β is the KL weight, d the number of dimensions; the filled point is "
        "this run. Train a run with another weight to see it here."
        + (f" Left out because no better than guessing: {left_out}." if left_out else "")
        + (
            f" Points at {MIN_KL:g} nats stand for that or less."
            if any(point.kl < MIN_KL for point in points)
            else ""
        )
    )


def run_point(name: str, last: Mapping[str, Any], *, chosen: bool) -> RunPoint | None:
    """Return a run as a point, from the row of its `last` epoch in the history.

    None where it rebuilds no better than guessing or has diverged: it would squash all others into
    one spot.
    """
    terms = last["validation"]
    kl, cross_entropy = terms.get("kl_to_prior"), terms.get("cross_entropy")
    if kl is None or cross_entropy is None or cross_entropy >= GUESSING:
        return None
    return RunPoint(name=name, kl=kl, cross_entropy=cross_entropy, chosen=chosen)


def name_of_point(config: VAEConfig, training: TrainConfig, last: Mapping[str, Any]) -> str:
    """Return what tells a run from others in the plane, after the row of its `last` epoch."""
    name = f"β {config.kl_weight:g}, {config.latent_dim} d"
    if config.kl_warmup:
        name += f", warm-up {config.kl_warmup}"
    if last["epoch"] < training.epochs:
        name += f", epoch {last['epoch']}"
    return name


@st.cache_data(max_entries=64, show_spinner="Looking up neighbours …", hash_funcs=BY_ID_AND_EPOCH)
def agreement(model: TrainedModel | None, data: str) -> float:
    """Return the label agreement of nearest neighbours among digits of a data set.

    They are neighbours by a model's codes, or by the pixels.
    """
    test = digits("test", data)
    points = test.pixels if model is None else model.test_codes
    with heavy_work:
        neighbours = nearest_others(points[:NEIGHBOUR_DIGITS], NEIGHBOURS).indices
    return label_agreement(neighbours, test.labels[:NEIGHBOUR_DIGITS])
