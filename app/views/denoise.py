"""Denoise: noisy digits through two models, with the errors on ink and background apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
import torch

from app.components.digit_tiles import TileRow, digit_tiles
from app.digits.choose import choose_digits
from app.digits.noise_slider import noise_slider, strongest
from app.digits.unseen import unseen_by
from app.runs.export import save_as
from app.runs.picker import choose_companion
from app.server.models import BY_ID_AND_EPOCH, TrainedModel
from app.server.yardsticks import yardsticks_of
from app.ui.charts import draw_chart
from app.ui.choice import choose_one
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.images import to_uint8
from app.ui.line_charts import Curve, noise_curves
from app.ui.markdown import escape_markdown
from app.ui.result_first import controls, result_first, stacked_columns
from app.ui.run_styles import BASELINE, run_styles
from app.ui.source import formula_and_code
from app.views.pca_row import pca_row
from core.analysis.latent import reconstruct
from core.data.noise import NOISES, RegionErrors, gaussian, region_errors
from models import name_of
from models.autoencoder import Autoencoder
from models.denoising import DenoisingAutoencoder, DenoisingConfig

CURVE_DIGITS = 1000
CURVE_LEVELS = 21
NO_MODEL = "noisy input"
#: The kinds of models that are compared: the one that is not looked at stands beside it.
KINDS = (name_of(DenoisingAutoencoder), name_of(Autoencoder))
#: What the charts show: a heading for each field of `RegionErrors`.
REGIONS = {"ink": "Ink", "background": "Background", "all": "All pixels"}


def draw(model: TrainedModel) -> None:
    """Draw noisy digits and what two models make of them, and the errors against the noise."""

    @fragment
    def view() -> None:
        with result_first(
            f"Noise moves the {term('code')} of the plain autoencoder, and another shape comes "
            f"out. What does the denoising model gain: better {model.data.strokes}, or a clean "
            "background?"
        ):
            with controls("denoise-kind"):
                kind = choose_one(
                    "Noise",
                    list(NOISES),
                    default="Gaussian",
                    key="denoise:kind",
                    link="kind",
                    help="The denoising autoencoder is trained with Gaussian noise only.",
                )
            pictures = st.container()
            with controls("denoise-companion", row=False):
                models = _choose_models(model)
            noises = (one.model.trained_noise for one in models)
            trained = next((noise for noise in noises if noise is not None), None)
            with pictures:
                fragment(lambda: _draw_before_and_after(models, kind, trained))()
        _draw_curves(models, kind, trained)

    view()
    own = model.model.config
    formula_and_code(
        DenoisingAutoencoder.formula(
            own if isinstance(own, DenoisingConfig) else DenoisingConfig()
        ),
        [DenoisingAutoencoder.corrupt, DenoisingAutoencoder.loss_terms, gaussian, region_errors],
        note="The exercise does not say whether noisy pixels are clipped to [0, 1]. They are "
        "clipped here, as in the exercise's own solution.",
    )


def _choose_models(model: TrainedModel) -> list[TrainedModel]:
    """Draw the box for the other model; return both."""
    kind = next(name for name in KINDS if name != model.name)
    other = choose_companion("Compare with", kind, model.data, key="denoise")
    return [model] if other is None else [model, other]


def _draw_before_and_after(
    models: Sequence[TrainedModel], kind: str, trained: float | None
) -> None:
    """Draw the strength of the noise, the digits at this strength, and the choice of digits."""
    with controls("denoise-strength", row=False):
        strength = noise_slider(
            "Strength",
            key="denoise:strength",
            trained=trained,
            marked=kind == "Gaussian",
            help="Standard deviation of the noise, or the fraction of the pixels that is hit.",
        )
    pictures = st.container()
    clean = choose_digits("denoise", models[0].data, unseen=unseen_by(models[0])).pixels
    with pictures:
        _draw_rows(models, clean, kind, strength)


def _draw_rows(
    models: Sequence[TrainedModel], clean: torch.Tensor, kind: str, strength: float
) -> None:
    """Draw the digits: clean, noisy, and restored by each model, with their errors."""
    # The same draw at every strength: while the slider moves, the noise grows and does not flicker.
    noisy = NOISES[kind](clean, strength, torch.Generator().manual_seed(0))
    rows = [
        TileRow(title="Clean", pictures=to_uint8(clean)),
        TileRow(title=f"Noisy · {_errors(noisy, clean)}", pictures=to_uint8(noisy)),
    ]
    for one in models:
        restored = reconstruct(one.model, noisy)
        title = f"{one.title} · {_errors(restored, clean)}"
        rows.append(TileRow(title=title, pictures=to_uint8(restored)))
    if yardsticks := yardsticks_of(models[0].record):
        rows.append(pca_row(yardsticks, noisy, clean))
    digit_tiles(
        rows,
        key="denoise:rows",
        description=models[0].data.says("Digits: clean, noisy, and restored by each model."),
        save_as=save_as(
            models[0], f"denoised {kind} noise {strength:.2f}", figure="denoised digits"
        ),
    )
    st.caption(
        models[0].data.says(
            "Mean squared errors per pixel against the clean digits. Ink: the pixels that are not "
            "black in the clean digit; background: all others."
        )
        + ("" if kind == "Gaussian" else " **No model here was trained with this noise.**")
    )


def _draw_curves(models: Sequence[TrainedModel], kind: str, trained: float | None) -> None:
    """Draw the errors on ink, on the background and on all pixels at every strength of a noise."""
    st.subheader("The error on ink and on the background")
    gaussian_noise = kind == "Gaussian"
    most = strongest(trained) if gaussian_noise else 1.0
    errors = error_curves(models, kind, most)
    names = [NO_MODEL, *(one.title for one in models)]
    styles = [BASELINE, *run_styles([one.name for one in models])]
    unit = "standard deviation" if gaussian_noise else "fraction of the pixels"
    columns = stacked_columns("denoise-curves", len(REGIONS))
    for region, (heading, column) in enumerate(zip(REGIONS.values(), columns, strict=True)):
        curves = [
            Curve(name=name, x=levels(most), y=errors[region, place], style=style)
            for place, (name, style) in enumerate(zip(names, styles, strict=True))
        ]
        figure = noise_curves(
            curves,
            trained=trained if gaussian_noise else None,
            x=f"Noise ({unit})",
            most=1.05 * float(errors.max()),
        )
        with column:
            st.markdown(f"**{heading}**")
            draw_chart(
                figure,
                key=f"denoise:curves:{heading}",
                save_as=save_as(models[0], f"error on {heading.lower()} against noise"),
            )
    at = int(np.abs(levels(most) - (most if trained is None else trained)).argmin())
    st.markdown(lesson(names, errors[:, :, at], float(levels(most)[at])))
    st.caption(
        models[0].data.says(
            f"Over the first {CURVE_DIGITS:,} test digits. Below the dashed line a model improves "
            "the picture; above it, it makes the picture worse."
        )
    )


def lesson(names: list[str], errors: np.ndarray, strength: float) -> str:
    """Say what each model gains or loses on ink and on the background, (3, names) errors."""
    said: list[str] = []
    (ink, background, _), (no_ink, no_background, _) = errors[:, 1:], errors[:, 0]
    for place, name in enumerate(names[1:]):
        said.append(
            f"**{escape_markdown(name)}** {_change(ink[place], no_ink)} on ink and "
            f"{_change(background[place], no_background)} on the background"
        )
    return f"At strength {strength:.2f}, compared with the noisy input: {'; '.join(said)}."


def _change(error: float, without: float) -> str:
    if error < without:
        word = "lowers the error"
    elif error > without:
        word = "raises the error"
    else:
        word = "keeps the error"
    return f"{word} from {without:.4f} to {error:.4f}"


@st.cache_data(
    max_entries=64,
    show_spinner=f"Measuring the error at {CURVE_LEVELS} strengths …",
    hash_funcs=BY_ID_AND_EPOCH,
)
def error_curves(models: Sequence[TrainedModel], kind: str, most: float) -> np.ndarray:
    """Return errors at strengths from 0 to `most`: (regions, 1 + models, CURVE_LEVELS).

    The regions are those of `REGIONS`; the first row of each is the noisy input itself.
    """
    clean = models[0].test.pixels[:CURVE_DIGITS]
    errors = np.empty((len(REGIONS), 1 + len(models), CURVE_LEVELS), np.float32)
    for column, level in enumerate(levels(most)):
        noisy = NOISES[kind](clean, float(level), torch.Generator().manual_seed(1))
        answers = [noisy, *(reconstruct(one.model, noisy) for one in models)]
        for row, answer in enumerate(answers):
            found = region_errors(answer, clean)
            errors[:, row, column] = [getattr(found, region) for region in REGIONS]
    return errors


def levels(most: float) -> np.ndarray:
    """Return the strengths at which the errors are measured, from 0 to `most`."""
    return np.linspace(0, most, CURVE_LEVELS)


def _errors(pictures: torch.Tensor, clean: torch.Tensor) -> str:
    found: RegionErrors = region_errors(pictures, clean)
    return f"error {found.all:.4f} (ink {found.ink:.4f}, background {found.background:.4f})"
