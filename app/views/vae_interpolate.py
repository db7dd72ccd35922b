"""Interpolate: from one digit to another through the codes between their means."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from app.components.digit_tiles import TileRow, digit_tiles
from app.components.film import Strip, film
from app.components.latent import latent_pad
from app.digits.chosen import Chosen
from app.digits.single import choose_digit
from app.links.address import ask
from app.links.places import read_point
from app.links.values import whole
from app.runs.export import save_as
from app.server.models import TrainedModel
from app.ui.articles import a_class
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.result_first import controls, result_first
from app.ui.source import formula_and_code
from core.analysis.latent import decode, encode, interpolate
from core.data.data_sets import DataSet
from models import SIDE

FRAMES = 61
STRIP = 11
FORMULA = r"""
\text{linear: } z_t = (1 - t)\,\mu_0 + t\,\mu_1
\\[0.6em]
\text{spherical: } z_t = \bigl( (1 - t)\,\|\mu_0\| + t\,\|\mu_1\| \bigr)
\left( \frac{\sin (1 - t)\omega}{\sin \omega} \frac{\mu_0}{\|\mu_0\|}
+ \frac{\sin t\omega}{\sin \omega} \frac{\mu_1}{\|\mu_1\|} \right),
\quad \omega = \angle(\mu_0, \mu_1)
"""
#: The modes of the view: a line between two digits, or a square of four.
TWO = "Two digits"
FOUR = "Four digits"


def draw(model: TrainedModel) -> None:
    """Draw a morph between two digits, or a square of four, moved in the browser."""
    with result_first(
        f"Do the pictures between two {term('code', 'codes')} look like {model.data.things}, or "
        f"like one faded over the other? {_comparison(model.data)}: does a third class appear on "
        "the way?"
    ):
        place = st.container()
        with controls("interpolate-mode"):
            mode = choose_one(
                "Mode",
                [TWO, FOUR],
                default=TWO,
                format_func=model.data.says,
                key="interpolate:mode",
                link="mode",
                label_visibility="collapsed",
            )
        with place:
            if mode == TWO:
                fragment(lambda: _draw_two(model))()
            else:
                fragment(lambda: _draw_four(model))()
    formula_and_code(FORMULA, [interpolate])


def _comparison(data: DataSet) -> str:
    """Return two pairs of classes to compare: of the second one the classes look alike."""
    alike = (4, 9) if data.shows_digits else (7, 9)
    first, second, third, fourth = (a_class(data, label) for label in (7, 3, *alike))
    return f"Compare {first} and {second} with {third} and {fourth}"


def _draw_two(model: TrainedModel) -> None:
    """Draw the way from one chosen digit to another as a film and in eleven steps."""
    place = st.container()
    with controls("interpolate-two", row=False):
        first, second, spherical = _choose_ends(model)
    start, end = _means(model, [first, second])
    between = f"{_class_of(first)} to {_class_of(second)}"
    with place:
        pictures = decode(model.model, interpolate(start, end, FRAMES, spherical=spherical))
        film(
            [
                Strip(
                    title="",
                    frames=to_uint8(pictures).reshape(FRAMES, SIDE, SIDE),
                    max_width=9 * SIDE,
                )
            ],
            labels=[f"t = {t:.2f}" for t in np.linspace(0, 1, FRAMES)],
            key="interpolate:film",
            description=model.data.says(
                "The digit decoded on the way from the first digit's mean to the second's."
            ),
            slider_label="Position",
            start=0,
            frames_per_second=20,
            bounce=True,
            link=ask("frame", "interpolate:film", whole("frame", 0, FRAMES - 1)),
            save_as=save_as(model, f"interpolation {between}", figure="interpolation"),
        )
        steps = decode(model.model, interpolate(start, end, STRIP, spherical=spherical))
        digit_tiles(
            [TileRow(title="Eleven steps", pictures=to_uint8(steps))],
            key="interpolate:strip",
            description="Eleven steps of the interpolation.",
            captions=[f"{t:.1f}" for t in np.linspace(0, 1, STRIP)],
            per_line=STRIP,
            per_line_narrow=6,
            save_as=save_as(model, f"eleven steps {between}", figure="eleven steps"),
        )


def _choose_ends(model: TrainedModel) -> tuple[Chosen, Chosen, bool]:
    """Draw the controls, and return both digits and whether the path is spherical."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        with st.container(width=320):
            first = choose_digit("From", "interpolate:from", model.data, label=7, link="from")
        with st.container(width=320):
            second = choose_digit("To", "interpolate:to", model.data, label=3, link="to")
        path = choose_one(
            "Path",
            ["linear", "spherical"],
            default="linear",
            key="interpolate:path",
            link="path",
            help="Linear takes the straight line. Spherical turns around zero and keeps its "
            "distance from zero between those of the two codes.",
            width="content",
        )
    return first, second, path == "spherical"


def _draw_four(model: TrainedModel) -> None:
    """Draw a square whose corners are four chosen digits."""
    place = st.container()
    chosen: list[Chosen] = []
    with (
        controls("interpolate-four", row=False),
        st.container(horizontal=True, gap="large"),
    ):
        places = ["Top left", "Top right", "Bottom left", "Bottom right"]
        links = ("tl", "tr", "bl", "br")
        for corner, label, link in zip(places, (0, 1, 2, 7), links, strict=True):
            with st.container(width=280):
                chosen.append(
                    choose_digit(
                        corner, f"interpolate:{corner}", model.data, label=label, link=link
                    )
                )
    with place:
        latent_pad(
            model.decoder,
            _means(model, chosen).numpy(),
            key="interpolate:pad",
            labels=[_class_of(digit) for digit in chosen],
            description=model.data.says(
                "The digit decoded from a mixture of the four corners' means."
            ),
            save_as=save_as(model, "mixture of four digits"),
            link=ask("at", "interpolate:pad", read_point),
        )
        st.caption(
            f"Drag the point: the {model.data.noun} is decoded from a mixture of the four means."
        )


def _class_of(chosen: Chosen) -> str:
    """Return the class of a test digit, "a 7", or the name of a visitor's own digit."""
    return chosen.names[0].rpartition(", ")[2]


def _means(model: TrainedModel, chosen: list[Chosen]) -> Tensor:
    """Return the means of the posteriors of digits, (digits, latent_dim)."""
    return encode(model.model, torch.cat([digit.pixels for digit in chosen]))
