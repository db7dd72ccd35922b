"""Sparse code: which code units are active, for which digits, and what each of them draws."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.components.latent import latent_sliders
from app.digits.choose import choose_digits
from app.links.address import ask
from app.links.places import read_moved
from app.runs.differences import names_of
from app.runs.export import save_as
from app.runs.picker import choose_companion
from app.server.models import TrainedModel
from app.ui.activations import range_of
from app.ui.charts import activation_histogram, class_heatmap, draw_chart
from app.ui.fragments import fragment
from app.ui.glossary import term
from app.ui.line_charts import unit_profiles
from app.ui.linked import linked_select
from app.ui.markdown import escape_markdown
from app.ui.numbers import with_minus
from app.ui.result_first import controls, result_first, stacked_columns
from app.ui.run_styles import run_styles
from app.ui.source import formula_and_code
from core.analysis.latent import encode, first_layer_weights, unit_responses
from core.data.data_sets import DataSet
from models import name_of
from models.autoencoder import Autoencoder
from models.sparse import SparseAutoencoder, SparseConfig, sparsity_penalty

#: The kinds of models that are compared: the one that is not looked at stands beside it.
KINDS = (name_of(SparseAutoencoder), name_of(Autoencoder))


def draw(model: TrainedModel) -> None:
    """Draw the activity of the code units of two models, and what single units do."""
    with result_first(
        f"For which {_classes(model.data)} is each unit of the {term('code')} active? In a sparse "
        f"code few units should be active for any one {model.data.noun}; compare the two maps and "
        "their colour scales."
    ):
        maps = st.container()
        with controls("sparse-companion", row=False):
            kind = next(name for name in KINDS if name != model.name)
            other = choose_companion("Compare with", kind, model.data, key="sparse")
        models = [model] if other is None else [model, other]
        with maps:
            _draw_class_maps(models)
    _draw_activity(models)
    _draw_units(model)
    own = model.model.config
    formula_and_code(
        SparseAutoencoder.formula(own if isinstance(own, SparseConfig) else SparseConfig()),
        [SparseAutoencoder.loss_terms, sparsity_penalty, unit_responses],
        note="The exercise leaves the weight λ of the penalty open. 1 is the value of the "
        "exercise's own solution.",
    )


def _draw_class_maps(models: Sequence[TrainedModel]) -> None:
    """Draw the mean activation of each unit by digit, a map for each model, side by side."""
    data = models[0].data
    labels = models[0].test.labels.numpy()
    st.markdown(f"**Mean activation of each unit, by {_classes(data, 1)}**")
    columns = stacked_columns("sparse-maps", len(models))
    for number, (model, column) in enumerate(zip(models, columns, strict=True)):
        codes = model.test_codes.numpy()
        means = np.stack([codes[labels == label].mean(axis=0) for label in range(10)])
        with column:
            st.markdown(f"**{escape_markdown(model.title)}**")
            draw_chart(
                class_heatmap(means, data),
                key=f"sparse:classes:{number}",
                save_as=save_as(model, "class heatmap", figure=f"class heatmap of {model.title}"),
            )
            st.caption(data.says(_activity_in_words(codes)))
    from_zero = range_of(one.model for one in models)[0] >= 0
    st.caption(
        f"Over the 10,000 test {data.nouns}. The units are sorted by the {_classes(data, 1)} for "
        "which each is most active. Each map has its own colour scale"
        f"{', from 0' if from_zero else ''}."
    )


def _classes(data: DataSet, count: int = 10) -> str:
    """Return what stands for the classes in a text: digits, or classes; or for one of them."""
    if data.shows_digits:
        return "digit" if count == 1 else "digits"
    return "class" if count == 1 else "classes"


def _activity_in_words(codes: NDArray[np.float32]) -> str:
    """Say how active the units of a model are over test digits, (N, units)."""
    active = (codes > codes.max(axis=0) / 2).sum(axis=1).mean()
    return (
        f"For one digit {active:.1f} of {codes.shape[1]} units are active (above half of their own "
        f"maximum), on average. Mean activation {_number(codes.mean())}, highest "
        f"{codes.max():.2f}."
    )


def _number(value: float) -> str:
    return with_minus(f"{value:.3f}")


def _draw_activity(models: Sequence[TrainedModel]) -> None:
    """Draw how active the units of each model are, over all test digits."""
    st.subheader("How active are the units?")
    values = [one.record.request.settings["config"] for one in models]
    sparsity = next((v["sparsity"] for v in values if "sparsity" in v), None)
    fragment(lambda: _draw_activations(models, sparsity))()


def _draw_activations(models: Sequence[TrainedModel], sparsity: float | None) -> None:
    """Draw the mean activation of each unit, beside the activations of all or of one of them.

    Units of two models do not correspond; their ranks by mean activation do.
    """
    names = names_of([one.record for one in models])
    codes = [one.test_codes.numpy() for one in models]
    styles = run_styles([one.name for one in models])
    units = min(code.shape[1] for code in codes)
    means = [code.mean(axis=0) for code in codes]
    limits = range_of(one.model for one in models)
    left, right = stacked_columns("sparse-activity", 2)
    with left:
        draw_chart(
            unit_profiles(names, means, styles, sparsity, limits),
            key="sparse:means",
            save_as=save_as(models[0], "mean activations"),
        )
        nouns = models[0].data.nouns
        st.caption(f"Mean activation of each code unit over the 10,000 test {nouns}.")
    # Below both charts, so that they stand at one height.
    rank = linked_select(
        "Units in the histogram",
        range(units + 1),
        link="rank",
        format_func=lambda rank: f"Number {rank} by mean activation" if rank else "All units",
        key="sparse:rank",
        width=320,
        help="Of each model, the unit of this rank in the chart of the means.",
    )
    shown = codes
    if rank:
        shown = [
            code[:, (-mean).argsort()[rank - 1]] for code, mean in zip(codes, means, strict=True)
        ]
    with right:
        draw_chart(
            activation_histogram(names, shown, styles, limits),
            key="sparse:histogram",
            save_as=save_as(models[0], f"activations of unit {rank}" if rank else "activations"),
        )
        which = "this unit of each model" if rank else "any unit"
        st.caption(f"How often {which} has which activation, over the 10,000 test {nouns}.")


def _draw_units(model: TrainedModel) -> None:
    """Draw sliders for the code of one digit, what each unit draws, and the first weights."""
    codes = model.test_codes
    mean, highest = codes.mean(dim=0), codes.amax(dim=0)
    units = len(mean)
    # A unit that can be negative is not off at its lowest activation.
    signed = model.model.code_range[0] < 0
    lowest = codes.amin(dim=0).numpy() if signed else [0.0] * units
    st.subheader("Set single units by hand")

    @fragment
    def by_hand() -> None:
        code = encode(model.model, choose_digits("units", model.data, count=1).pixels)[0]
        latent_sliders(
            model.decoder,
            code.numpy(),
            key=f"units:{model.id}",
            names=[f"unit {unit}" for unit in range(units)],
            minimum=lowest,
            maximum=highest.numpy(),
            notes=[f"mean {_number(float(value))}" for value in mean],
            switches=not signed,
            order=code.argsort(descending=True).tolist(),
            folded=[] if units <= 32 else code.argsort(descending=True).tolist()[32:],
            reset_label=model.data.says("Back to the digit's own code"),
            description="The picture that the decoder makes of a code set by hand.",
            save_as=save_as(model, "code set by hand"),
            link=ask("z", f"units:{model.id}", read_moved),
        )

    by_hand()
    st.subheader("What each unit draws")
    responses = unit_responses(model.model, mean, highest).numpy()
    digit_tiles(
        [_signed(responses)],
        key="sparse:responses",
        description="What each code unit adds to the output when it is at its maximum.",
        captions=[str(unit) for unit in range(units)],
        per_line=16,
        per_line_narrow=6,
        save_as=save_as(model, "pictures of all units"),
    )
    st.caption(
        "Output with the unit at its maximum minus output with it at 0, all other units at their "
        "mean: orange is ink it adds, blue is ink it removes."
    )
    with st.expander("The weights of the first layer as pictures"):
        weights = first_layer_weights(model.model)
        scaled = (weights / weights.abs().max()).numpy()
        digit_tiles(
            [_signed(scaled)],
            key="sparse:weights",
            description="The weights into each unit of the first layer.",
            per_line=16,
            per_line_narrow=6,
            save_as=save_as(model, "first-layer weights"),
        )
        st.caption("Weights of one unit each: orange pixels raise it, blue pixels lower it.")


def _signed(values: NDArray[np.float32]) -> TileRow:
    """Return a row of pictures whose values are from -1 to 1."""
    return TileRow(title="", pictures=difference(np.zeros_like(values), values), colors="diverging")
