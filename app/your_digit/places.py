"""Shows where a digit lands: on the map of a VAE's codes, and on a finished t-SNE map."""

from __future__ import annotations

import streamlit as st
from torch import Tensor

from app.components.latent import Plane, latent_map
from app.runs.export import save_as, save_run_as
from app.runs.picker import select_run
from app.server.data import data_asked_for
from app.server.models import TrainedModel
from app.server.shared import digits, store
from app.ui.articles import a_digit
from app.ui.choice import choose_one
from app.ui.images import to_uint8
from app.ui.markdown import escape_markdown
from app.ui.plane_share import share_in_words
from core.analysis.latent import encode, flat_plane, plane_share
from core.analysis.neighbours import vote
from core.data.data_sets import MNIST
from core.runs.record import RunError
from core.runs.store import Summary
from core.tsne.placement import MAX_POINTS, RunMap, load_map
from core.tsne.points import FROM_NOISE
from core.tsne.recording import tsne_config

POINTS = 2000
MARK = "Your digit"


@st.cache_resource(max_entries=8, show_spinner=False)
def tsne_map(run_id: str, optimizer: str, iterations: int) -> RunMap:
    """Return an optimizer's map of a finished run, which may go on to more iterations later.

    Raises:
        RunError: something that it needs is missing or damaged.
    """
    return load_map(store().get(run_id), optimizer, store())


def draw_on_latent_map(pixels: Tensor, vae: TrainedModel) -> None:
    """Draw the digit (784,) among test digits, at the means of their posteriors."""
    codes = vae.test_codes[:POINTS]
    origin, axes = flat_plane(codes)
    place = (encode(vae.model, pixels[None])[0] - origin) @ axes.T
    test = digits("test").take(slice(POINTS))
    flat = len(origin) == 2
    share = plane_share(codes, axes)
    latent_map(
        ((codes - origin) @ axes.T).numpy(),
        test.labels.numpy(),
        to_uint8(test.pixels),
        decoder=vae.decoder,
        plane=Plane(origin=origin.numpy(), axes=axes.numpy()),
        mark=place.numpy(),
        mark_title=MARK,
        key="digit:latent-map",
        description="Test digits in a plane of the latent space, and your digit as a star.",
        x_title="z0" if flat else "First principal component",
        y_title="z1" if flat else "Second principal component",
        save_as=save_as(vae, "map with my digit"),
    )
    st.caption(
        f"{POINTS:,} test digits at the means of their posteriors; the star is your digit."
        + ("" if flat else f" {share_in_words(share, len(origin))}")
    )


def _takes_digits(run: Summary) -> bool:
    """Return whether digits can be placed on the map of this run: it has ended and maps digits, and
    not too many."""
    values = run.request.settings.get("config") or {}
    few = bool(values.get("classes")) or values.get("digits", 0) <= MAX_POINTS
    mapped = values.get("source") != FROM_NOISE and data_asked_for(run.request) == MNIST
    return run.state.status == "done" and mapped and few


def draw_on_tsne_map(pixels: Tensor) -> None:
    """Draw the digit (784,) in a finished t-SNE map; all points of the map stay in place."""
    runs = [run for run in store().list("tsne") if _takes_digits(run)]
    if not runs:
        st.info("There is no finished t-SNE map yet. Make one on the page t-SNE.")
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        run_id = select_run(
            "t-SNE map",
            runs,
            key="digit:tsne-run",
            help="A finished run on MNIST; its digits stay in place.",
            link="map",
        )
    record = store().get(run_id)
    config = tsne_config(record)
    titles = config.titles
    with right:
        optimizer = choose_one(
            "Made by",
            list(titles),
            default=config.names[-1],
            format_func=titles.__getitem__,
            key=f"digit:tsne-optimizer:{run_id}",
            link="optimizer",
            persist_state="session",
            wrap=True,
        )
    try:
        found = tsne_map(run_id, optimizer, config.iterations)
        placed = found.place(pixels[None])
    except RunError as error:
        st.error(escape_markdown(str(error)))
        return
    latent_map(
        found.positions.numpy(),
        found.labels.numpy(),
        to_uint8(digits("train").pixels[found.indices]),
        mark=placed.positions[0].numpy(),
        mark_title=MARK,
        key=f"digit:tsne-map:{run_id}",
        description="The digits of a finished t-SNE map, and your digit as a star.",
        x_title="",
        y_title="",
        save_as=save_run_as(record, f"{config.titles[optimizer]} map with my digit"),
    )
    near = found.labels[placed.neighbours[0]]
    said = vote(near)
    st.caption(
        f"Of the {len(near)} digits nearest to it on the map, {said.counts[said.winner]} are "
        f"{a_digit(said.winner)}. t-SNE has no formula for a new digit. Here its neighbours among "
        "the map's digits are found first; then it is placed where its own KL divergence is "
        "lowest, while all others stay in place."
    )
