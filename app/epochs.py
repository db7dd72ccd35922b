"""Choosing the epoch at which a trained model is looked at."""

from __future__ import annotations

import streamlit as st

from core.record import RunError, RunRecord


def choose_epoch(record: RunRecord) -> int:
    """A slider over the epochs whose weights are kept; starts at the last.

    Raises:
        RunError: no weights are kept yet.
    """
    epochs = record.checkpoint_epochs
    if not epochs:
        raise RunError(
            "This run has not saved any weights yet. Wait for its first epoch, or choose another."
        )
    if len(epochs) == 1:
        return epochs[0]
    return st.select_slider(
        "Epoch",
        epochs,
        epochs[-1],
        key=f"epoch:{record.id}",
        help="The model as it was after this epoch; 0 is untrained.",
        persist_state="session",
    )
