"""Denoise, before and after: the same noisy digits through two models."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch

from app.charts import draw_chart, noise_curves
from app.choose_digits import choose_digits
from app.components.digit_tiles import TileRow, digit_tiles
from app.fragments import fragment
from app.images import to_uint8
from app.noise_slider import noise_slider, strongest, trained_noise
from app.picker import choose_companion
from app.session import digits, model_at
from app.source import formula_and_code, look_for
from core.latent import reconstruct
from core.noise import NOISES, gaussian
from core.record import RunRecord
from models.denoising import DenoisingAutoencoder

CURVE_DIGITS = 1000
CURVE_LEVELS = 21


def draw(record: RunRecord, epoch: int) -> None:
    """Noisy digits, restored by this model and by another, and both errors against the noise."""
    look_for(
        "the plain autoencoder takes noise for strokes, and at the exercise's noise it is worse "
        "than doing nothing. The one that was trained for it keeps the digit's own strokes, also "
        "beyond the noise it has seen. Without any noise the plain one is better: it never learned "
        "to distrust its input."
    )
    mine = record.request.settings["model"]
    other = choose_companion(
        "Beside it", ["compression" if mine == "denoising" else "denoising"], key="denoise"
    )
    trained = trained_noise(record)
    if trained is None and other is not None:
        trained = trained_noise(other)

    @fragment
    def of_a_kind() -> None:
        kind = st.segmented_control(
            "Noise",
            list(NOISES),
            default="Gaussian",
            required=True,
            key="denoise:kind",
            help="Gaussian noise is what the denoising autoencoder is trained for.",
        )
        # A line in both cases: one more or less would have all that follows mounted anew.
        st.caption(
            ":material/check: What the denoising autoencoder is trained for."
            if kind == "Gaussian"
            else ":material/warning: **Not trained for this**: no model here has seen such damage."
        )
        _draw_before_and_after(record, epoch, other, kind, trained)

    of_a_kind()
    _draw_curves(record, epoch, other, trained)
    formula_and_code(
        DenoisingAutoencoder.formula,
        [DenoisingAutoencoder.corrupt, DenoisingAutoencoder.loss_terms, gaussian],
    )


def _draw_before_and_after(
    record: RunRecord, epoch: int, other: RunRecord | None, kind: str, trained: float | None
) -> None:
    @fragment
    def before_and_after() -> None:
        clean = choose_digits("denoise").pixels
        strength = noise_slider(
            "Strength",
            key="denoise:strength",
            trained=trained,
            marked=kind == "Gaussian",
            help="Standard deviation of the noise, or the fraction of the pixels that is hit.",
        )
        _draw_rows(record, epoch, other, clean, kind, strength)

    before_and_after()


def _draw_curves(
    record: RunRecord, epoch: int, other: RunRecord | None, trained: float | None
) -> None:
    """The errors of both models at every strength of each kind of noise."""
    st.subheader("The error at every strength")
    runs = [(record.id, epoch)]
    if other is not None:
        runs.append((other.id, other.checkpoint_epochs[-1]))
    names = [record.request.title, *([other.request.title] if other else [])]
    for kind, column in zip(NOISES, st.columns(len(NOISES)), strict=True):
        normal = kind == "Gaussian"
        most = strongest(trained) if normal else 1.0
        nothing, *curves = error_curves(tuple(runs), kind, most)
        figure = noise_curves(
            _levels(most),
            [*zip(names, curves, strict=True), ("do nothing", nothing)],
            trained=trained if normal else None,
            x=f"Noise ({'standard deviation' if normal else 'fraction of the pixels'})",
        )
        with column:
            st.markdown(f"**{kind}**")
            draw_chart(figure, key=f"denoise:curves:{kind}")
    st.caption(
        f"Mean squared error against the clean digits, over {CURVE_DIGITS:,} test digits. "
        "Below the dotted line a model helps; above it, it does harm."
    )


def _draw_rows(
    record: RunRecord,
    epoch: int,
    other: RunRecord | None,
    clean: torch.Tensor,
    kind: str,
    strength: float,
) -> None:
    # The same draw at every strength: while the slider moves, the noise grows and does not flicker.
    noisy = NOISES[kind](clean, strength, torch.Generator().manual_seed(0))
    rows = [
        TileRow(title="Clean", pictures=to_uint8(clean)),
        TileRow(title=f"Noisy · error {_error(noisy, clean)}", pictures=to_uint8(noisy)),
    ]
    models = [(record, epoch)]
    if other is not None:
        models.append((other, other.checkpoint_epochs[-1]))
    for run, at in models:
        restored = reconstruct(model_at(run.id, at), noisy)
        title = f"Restored by {run.request.title} · error {_error(restored, clean)}"
        rows.append(TileRow(title=title, pictures=to_uint8(restored)))
    digit_tiles(
        rows,
        key="denoise:rows",
        description="Digits: clean, noisy, and restored by each model.",
        per_line_narrow=5,
    )
    st.caption("Errors are mean squared errors per pixel against the clean digits.")


@st.cache_data(max_entries=64, show_spinner=f"Measuring the error at {CURVE_LEVELS} strengths …")
def error_curves(runs: tuple[tuple[str, int], ...], kind: str, most: float) -> np.ndarray:
    """The error of doing nothing, then of each (run, epoch), at strengths from 0 to `most`:
    (1 + runs, CURVE_LEVELS)."""
    clean = digits("test").pixels[:CURVE_DIGITS]
    errors = np.empty((1 + len(runs), CURVE_LEVELS), np.float32)
    for column, level in enumerate(_levels(most)):
        noisy = NOISES[kind](clean, float(level), torch.Generator().manual_seed(1))
        answers = [noisy, *(reconstruct(model_at(run, epoch), noisy) for run, epoch in runs)]
        errors[:, column] = [float((answer - clean).square().mean()) for answer in answers]
    return errors


def _levels(most: float) -> np.ndarray:
    return np.linspace(0, most, CURVE_LEVELS)


def _error(pictures: torch.Tensor, clean: torch.Tensor) -> str:
    return f"{(pictures - clean).square().mean():.4f}"
