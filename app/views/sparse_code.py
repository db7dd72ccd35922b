"""Sparse, made visible: which code units speak, for which digits, and what each of them draws."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from app.charts import activation_histogram, class_heatmap, draw_chart, unit_bars
from app.choose_digits import choose_digits
from app.components.digit_tiles import TileRow, difference, digit_tiles
from app.components.latent import latent_sliders
from app.fragments import fragment
from app.picker import choose_companion
from app.plain import plain
from app.session import decoder_at, digits, model_at, test_codes
from app.source import formula_and_code, look_for
from core.latent import encode, first_layer_weights, unit_responses
from core.record import RunRecord
from models.sparse import SparseAutoencoder, sparsity_penalty


def draw(record: RunRecord, epoch: int) -> None:
    """The activity of the code units beside another model's, and what single units do."""
    look_for(
        "in the plain model half of the units are loud for any digit. Under the penalty a unit is "
        "loud for few digits, and it whispers: activations stay near 0.1 at most, and the decoder "
        "turns the volume up again with larger weights."
    )
    mine = record.request.settings["model"]
    other = choose_companion(
        "Beside it", ["compression" if mine == "sparse" else "sparse"], key="sparse"
    )
    runs = [(record, epoch)]
    if other is not None:
        runs.append((other, other.checkpoint_epochs[-1]))
    _draw_activity(runs)
    st.subheader("Which units speak for which digit")
    codes = test_codes(record.id, epoch).numpy()
    labels = digits("test").labels.numpy()
    means = np.stack([codes[labels == label].mean(axis=0) for label in range(10)])
    draw_chart(class_heatmap(means), key="sparse:classes")
    st.caption("The mean activation of each unit over the test digits of each class.")
    _draw_units(record, epoch)
    formula_and_code(
        SparseAutoencoder.formula, [SparseAutoencoder.loss_terms, sparsity_penalty, unit_responses]
    )


def _draw_activity(runs: list[tuple[RunRecord, int]]) -> None:
    names = [run.request.title for run, _ in runs]
    codes = [test_codes(run.id, epoch).numpy() for run, epoch in runs]
    values = [run.request.settings["values"] for run, _ in runs]
    sparsity = next((v["sparsity"] for v in values if "sparsity" in v), None)
    _draw_activations(names, codes, sparsity)
    for name, code in zip(names, codes, strict=True):
        loud = (code > code.max(axis=0) / 2).sum(axis=1).mean()
        st.markdown(
            f"**{plain(name)}**: for a digit, {loud:.1f} of {code.shape[1]} units are loud (above "
            f"half of the most they ever reach), on average. Mean activation {code.mean():.4f}, "
            f"highest {code.max():.2f}."
        )


@st.fragment
def _draw_activations(
    names: list[str], codes: list[NDArray[np.float32]], sparsity: float | None
) -> None:
    """The mean activation of each unit, beside the activations of all of them or of the unit of
    some rank: units of two models do not correspond, but their ranks by mean activation do."""
    units = min(code.shape[1] for code in codes)
    # Above both charts, so that they stand at one height.
    rank = st.selectbox(
        "Units of the histogram",
        range(units + 1),
        format_func=lambda rank: f"Number {rank} by mean activation" if rank else "All units",
        key="sparse:rank",
        width=320,
        help="Of each model, the unit of this rank in the bars.",
    )
    means = [code.mean(axis=0) for code in codes]
    shown = codes
    if rank:
        shown = [
            code[:, (-mean).argsort()[rank - 1]] for code, mean in zip(codes, means, strict=True)
        ]
    left, right = st.columns(2)
    with left:
        draw_chart(unit_bars(names, means, sparsity), key="sparse:means")
        st.caption("Mean activation of each code unit over the 10,000 test digits.")
    with right:
        draw_chart(activation_histogram(names, shown), key="sparse:histogram")
        which = "this unit of each model" if rank else "any unit"
        st.caption(f"How often {which} has which activation, over all 10,000 test digits.")


def _draw_units(record: RunRecord, epoch: int) -> None:
    model = model_at(record.id, epoch)
    codes = test_codes(record.id, epoch)
    mean, highest = codes.mean(dim=0), codes.amax(dim=0)
    units = len(mean)
    st.subheader("Turn single units up and down")

    @fragment
    def by_hand() -> None:
        code = encode(model, choose_digits("units", count=1).pixels)[0]
        latent_sliders(
            decoder_at(record.id, epoch),
            code.numpy(),
            key=f"units:{record.id}",
            names=[f"unit {unit}" for unit in range(units)],
            minimum=[0.0] * units,
            maximum=highest.numpy(),
            notes=[f"mean {value:.3f}" for value in mean],
            switches=True,
            order=code.argsort(descending=True).tolist(),
            folded=[] if units <= 32 else code.argsort(descending=True).tolist()[32:],
            reset_label="Back to the digit's own code",
            description="The picture that the decoder makes of a code set by hand.",
        )

    by_hand()
    st.subheader("What each unit draws")
    responses = unit_responses(model, mean, highest).numpy()
    digit_tiles(
        [_signed(responses)],
        key="sparse:responses",
        description="What each code unit adds to the picture when it is turned up.",
        captions=[str(unit) for unit in range(units)],
        per_line=16,
        per_line_narrow=8,
    )
    st.caption(
        "The picture with a unit at the most it ever reaches minus the picture with it off, all "
        "others at their mean: orange is ink it draws, blue is ink it takes away."
    )
    with st.expander("The weights of the first layer as pictures"):
        weights = first_layer_weights(model)
        scaled = (weights / weights.abs().max()).numpy()
        digit_tiles(
            [_signed(scaled)],
            key="sparse:weights",
            description="The weights into each unit of the first layer.",
            per_line=16,
            per_line_narrow=8,
        )
        st.caption("Orange pixels excite a unit of the first layer, blue ones inhibit it.")


def _signed(values: NDArray[np.float32]) -> TileRow:
    """Pictures of values from -1 to 1."""
    return TileRow(title="", pictures=difference(np.zeros_like(values), values), colors="diverging")
