"""Map: test digits in a plane of the latent space, and what lies between them."""

from __future__ import annotations

import streamlit as st
import torch
from torch import Tensor

from app.components.latent import Plane, latent_map
from app.fragments import fragment
from app.images import to_uint8
from app.session import decoder_at, digits, dimension_kl, test_codes
from app.source import formula_and_code, look_for
from core.articles import a_digit
from core.latent import principal_plane
from core.record import RunRecord
from models.vae import VAE

POINTS = 2000
PCA, PAIR = "Principal components", "Two dimensions"


def draw(record: RunRecord, epoch: int) -> None:
    """Test digits as dots; every empty place decodes."""
    look_for(
        "digits that look alike are neighbours, 4 and 9 most of all, and the picture changes "
        "without a jump from one to the next. Far outside no digit lives: the decoder improvises."
    )
    codes = test_codes(record.id, epoch)[:POINTS]
    origin, axes, titles = _choose_plane(codes, dimension_kl(record.id, epoch))
    points = (codes - origin) @ axes.T
    test = digits("test")

    @fragment
    def plane() -> None:
        picked = latent_map(
            points.numpy(),
            test.labels[:POINTS].numpy(),
            to_uint8(test.pixels[:POINTS]),
            decoder=decoder_at(record.id, epoch),
            plane=Plane(origin=origin.numpy(), axes=axes.numpy()),
            key=f"map:{record.id}",
            description="Test digits in a plane of the latent space, coloured by class.",
            x_title=titles[0],
            y_title=titles[1],
        )
        if picked is None:
            return
        if picked.point is not None:
            label = int(test.labels[picked.point])
            st.caption(f"Test digit {picked.point:,}, {a_digit(label)}.")
        else:
            st.caption(
                f"Decoded at ({picked.x:.2f}, {picked.y:.2f})."
                + (
                    ""
                    if len(origin) == 2
                    else " The other directions are at the origin of the plane."
                )
            )

    plane()
    st.caption(f"The first {POINTS:,} test digits at the means of their posteriors.")
    formula_and_code(r"\mu(x) \in \mathbb{R}^d \;\to\; \mathbb{R}^2", [VAE.encode, principal_plane])


def _choose_plane(codes: Tensor, kl: Tensor) -> tuple[Tensor, Tensor, tuple[str, str]]:
    """The origin (d,), the axes (2, d) and the titles of the plane; chosen if there are choices."""
    size = codes.shape[1]
    first, second = 0, 1
    if size > 2:
        busiest = kl.argsort(descending=True).tolist()

        def named(dimension: int) -> str:
            return f"z{dimension} · KL {kl[dimension]:.2f} nats"

        left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
        plane = left.segmented_control(
            "Plane",
            [PCA, PAIR],
            default=PCA,
            required=True,
            key="map:plane",
            help="Principal components show the plane in which the codes vary most.",
        )
        if plane == PCA:
            titles = ("First principal component", "Second principal component")
            return *principal_plane(codes), titles
        first = middle.selectbox("Horizontal", busiest, format_func=named, key="map:first")
        others = [dimension for dimension in busiest if dimension != first]
        second = right.selectbox("Vertical", others, format_func=named, key="map:second")
    axes = torch.zeros(2, size)
    axes[0, first] = axes[1, second] = 1.0
    return torch.zeros(size), axes, (f"z{first}", f"z{second}")
