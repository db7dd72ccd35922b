"""How unusual a digit is to the compression autoencoder."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from app.digit.panel import Member, member
from app.session import test_codes, test_errors, training_codes
from core.familiarity import Yardstick
from core.latent import encode, reconstruction_errors

_ICONS = {
    "usual": ":material/sentiment_satisfied:",
    "unusual": ":material/help:",
    "unlike": ":material/warning:",
}


@st.cache_resource(max_entries=8, show_spinner="Measuring how unusual 10,000 test digits are …")
def yardstick(run_id: str, epoch: int) -> Yardstick:
    """What a run's model makes of real digits that it was not trained on."""
    return Yardstick.of(
        test_errors(run_id, epoch), test_codes(run_id, epoch), training_codes(run_id, epoch)
    )


def draw_unusual(pixels: Tensor, panel: Sequence[Member]) -> None:
    """Says how a digit (784,) compares with real ones, and by what."""
    judge = member(panel, "compression") or (panel[0] if panel else None)
    if judge is None:
        return
    found = yardstick(judge.record.id, judge.epoch).judge(
        reconstruction_errors(judge.model, pixels[None]), encode(judge.model, pixels[None])
    )[0]
    st.markdown(f"{_ICONS[found.verdict]} {found.sentence}")
    st.caption(
        f"By {judge.title}: its error of {found.error:.4f} is above that of "
        f"{_percent(found.error_percentile)} of the test digits, and its code lies "
        f"further from known codes than that of {_percent(found.distance_percentile)}."
    )


def _percent(share: float) -> str:
    """A share, 0 to 1, written as in the verdict above it."""
    return f"{100 * share:.0f} %"
