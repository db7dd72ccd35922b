"""Map: test digits in a plane of the latent space, and what lies between them."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from app.components.latent import Plane, latent_map
from app.digits.chosen import chosen_test_digits, sentence
from app.links.address import ask
from app.links.places import read_pick
from app.runs.export import save_as
from app.runs.picker import companions, show_run
from app.server.models import TrainedModel
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.plane_share import share_in_words
from app.ui.result_first import controls, result_first
from app.ui.source import formula_and_code
from core.analysis.latent import plane_share, principal_plane
from models.vae import VAE

POINTS = 2000
#: The ways to choose a plane.
PRINCIPAL = "Principal components"
PAIR = "Two dimensions"
PCA_TITLES = ("First principal component", "Second principal component")


def draw(model: TrainedModel) -> None:
    """Draw test digits as dots in a plane of the latent space; every empty place decodes."""
    codes = model.test_codes[:POINTS]
    with result_first(
        "Which classes are neighbours, and does the picture change smoothly from one to the next? "
        + model.data.says(
            "Far outside there are no training digits; what is drawn there means nothing."
        )
    ):
        place = st.container()
        with controls("map-plane"):
            origin, axes, titles = _choose_plane(codes, model.dimension_kl)
        with place:
            fragment(
                lambda: _draw_plane(model, codes, Plane(origin.numpy(), axes.numpy()), titles)
            )()
    share = plane_share(codes, axes)
    flat = codes.shape[1] == 2
    st.caption(
        f"The first {POINTS:,} test {model.data.nouns} at the means of their "
        f"{term('posterior', 'posteriors')}."
        + ("" if flat else f" {share_in_words(share, codes.shape[1])}")
    )
    if not flat:
        _offer_flat_run(model)
    formula_and_code(
        r"\mu(x) \in \mathbb{R}^d \;\to\; \mathbb{R}^2",
        [VAE.encode, principal_plane, plane_share],
    )


def _draw_plane(model: TrainedModel, codes: Tensor, plane: Plane, titles: tuple[str, str]) -> None:
    """Draw the map, and say what the visitor has picked in it."""
    test = model.test
    picked = latent_map(
        (codes.numpy() - plane.origin) @ plane.axes.T,
        test.labels[:POINTS].numpy(),
        to_uint8(test.pixels[:POINTS]),
        decoder=model.decoder,
        plane=plane,
        key=f"map:{model.id}",
        description=model.data.says(
            "Test digits in a plane of the latent space, coloured by class."
        ),
        x_title=titles[0],
        y_title=titles[1],
        save_as=save_as(model, f"map of {_plane_in_words(titles)}", figure="map"),
        link=ask("at", f"map:{model.id}", read_pick),
        data_set=model.data,
    )
    if picked is None:
        return
    if picked.point is not None:
        st.caption(
            f"{sentence(chosen_test_digits(torch.tensor([picked.point]), model.data).names[0])}."
        )
        return
    rest = "" if len(plane.origin) == 2 else " All other directions are at the plane's origin."
    st.caption(f"Decoded at ({picked.x:.2f}, {picked.y:.2f}).{rest}")


def _plane_in_words(titles: tuple[str, str]) -> str:
    """Return a short name of the plane with these titles of its axes."""
    return "principal components" if titles == PCA_TITLES else " and ".join(titles)


def _offer_flat_run(model: TrainedModel) -> None:
    """Draw a button that opens a run with two dimensions, if there is one with saved weights."""
    flat = [
        run
        for run in companions(model.data, model.name)
        if (run.request.settings.get("config") or {}).get("latent_dim") == 2
    ]
    if flat:
        st.button(
            f"Open a run with two dimensions ({flat[0].request.title})",
            icon=":material/map:",
            key="map:flat",
            on_click=show_run,
            args=("vae", model.name, flat[0].id),
            help="Its map shows everything that its codes contain.",
        )


def _choose_plane(codes: Tensor, kl: Tensor) -> tuple[Tensor, Tensor, tuple[str, str]]:
    """Return the origin (d,), the axes (2, d) and the titles of the plane.

    Draws controls to choose them where there are more than two dimensions.
    """
    size = codes.shape[1]
    first, second = 0, 1
    if size > 2:
        largest = kl.argsort(descending=True).tolist()

        def named(dimension: int) -> str:
            return f"z{dimension} · KL {kl[dimension]:.2f} nats"

        plane = choose_one(
            "Plane",
            [PRINCIPAL, PAIR],
            default=PRINCIPAL,
            key="map:plane",
            link="plane",
            help="The plane of the first two principal components shows most of the codes' "
            "variance.",
            width="content",
        )
        if plane == PRINCIPAL:
            return *principal_plane(codes), PCA_TITLES
        first = st.selectbox("Horizontal", largest, format_func=named, key="map:first", width=200)
        others = [dimension for dimension in largest if dimension != first]
        second = st.selectbox("Vertical", others, format_func=named, key="map:second", width=200)
    axes = torch.zeros(2, size)
    axes[0, first] = axes[1, second] = 1.0
    return torch.zeros(size), axes, (f"z{first}", f"z{second}")
