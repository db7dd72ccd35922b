"""Interpolate: from one digit to another through the codes between their means."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from app.choose_digits import Chosen, choose_digit
from app.components.digit_tiles import TileRow, digit_tiles
from app.components.film import Strip, film
from app.components.latent import latent_pad
from app.fragments import fragment
from app.images import to_uint8
from app.session import decoder_at, model_at
from app.source import formula_and_code, look_for
from core.latent import decode, encode, interpolate
from core.record import RunRecord
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
TWO, FOUR = "Two digits", "Four digits"


def draw(record: RunRecord, epoch: int) -> None:
    """A morph between two digits, or a square of four, moved in the browser."""
    look_for(
        "every picture on the way is a digit of its own, not a double exposure of the two. From a "
        "4 to a 9 the way is short; between a 7 and a 3 other digits may appear on the way."
    )
    mode = st.segmented_control(
        "Mode",
        [TWO, FOUR],
        default=TWO,
        required=True,
        key="interpolate:mode",
        label_visibility="collapsed",
    )
    if mode == TWO:
        _draw_two(record, epoch)
    else:
        _draw_four(record, epoch)
    formula_and_code(FORMULA, [interpolate])


def _draw_two(record: RunRecord, epoch: int) -> None:
    model = model_at(record.id, epoch)

    @fragment
    def morph() -> None:
        from_column, to_column, way = st.columns(3)
        with from_column:
            first = choose_digit("From", "interpolate:from", label=7)
        with to_column:
            second = choose_digit("To", "interpolate:to", label=3)
        with way:
            path = st.segmented_control(
                "Path",
                ["linear", "spherical"],
                default="linear",
                required=True,
                key="interpolate:path",
                help="Linear takes the straight line. Spherical turns around zero and keeps its "
                "distance from it, where the prior has most of its mass.",
            )
        start, end = _means(record, epoch, [first, second])
        spherical = path == "spherical"
        pictures = decode(model, interpolate(start, end, FRAMES, spherical=spherical))
        film(
            [
                Strip(
                    title="",
                    frames=to_uint8(pictures).reshape(FRAMES, SIDE, SIDE),
                    max_width=260,
                )
            ],
            labels=[f"t = {t:.2f}" for t in np.linspace(0, 1, FRAMES)],
            key="interpolate:film",
            description="The digit decoded on the way from the first digit's mean to the second's.",
            slider_label="On the way",
            start=0,
            frames_per_second=20,
            bounce=True,
        )
        steps = decode(model, interpolate(start, end, STRIP, spherical=spherical))
        digit_tiles(
            [TileRow(title="Eleven steps of it", pictures=to_uint8(steps))],
            key="interpolate:strip",
            description="Eleven steps of the interpolation.",
            captions=[f"{t:.1f}" for t in np.linspace(0, 1, STRIP)],
            per_line=STRIP,
            per_line_narrow=6,
        )

    morph()


def _draw_four(record: RunRecord, epoch: int) -> None:
    @fragment
    def square() -> None:
        places = ["Top left", "Top right", "Bottom left", "Bottom right"]
        chosen = []
        for place, label, column in zip(places, (0, 1, 2, 7), st.columns(4), strict=True):
            with column:
                chosen.append(choose_digit(place, f"interpolate:{place}", label=label))
        latent_pad(
            decoder_at(record.id, epoch),
            _means(record, epoch, chosen).numpy(),
            key="interpolate:pad",
            labels=[digit.names[0].rpartition(", ")[2] for digit in chosen],
            description="The digit decoded from a mixture of the four corners' means.",
        )
        st.caption("Drag the point: the digit is decoded from the mixture of the four means.")

    square()


def _means(record: RunRecord, epoch: int, chosen: list[Chosen]) -> Tensor:
    """The means of the posteriors of digits, (digits, latent_dim)."""
    return encode(model_at(record.id, epoch), torch.cat([digit.pixels for digit in chosen]))
