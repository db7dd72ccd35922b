"""Choosing the epoch at which a trained model is looked at."""

from __future__ import annotations

import streamlit as st

from app.links.address import ask, put
from app.links.values import one_of
from app.runs.kept_epochs import too_few_epochs
from core.runs.record import RunError, RunRecord
from core.training.record import checkpoint_epochs


def choose_epoch(record: RunRecord) -> int:
    """Draw a slider over the epochs whose weights are kept, and return the chosen epoch.

    The slider stays at the last epoch until it is moved, also while the run goes on.

    Raises:
        RunError: no weights are kept yet.
    """
    epochs = checkpoint_epochs(record)
    if not epochs:
        raise RunError(too_few_epochs(record))
    if len(epochs) == 1:
        return epochs[0]
    key, seen = f"epoch:{record.id}", f"epoch:{record.id}:last"
    link = ask("epoch", key, one_of("epoch", epochs))
    if link.is_news(key) and (link.value is not None or link.is_whole):
        st.session_state[key] = epochs[-1] if link.value is None else link.value
        st.session_state.pop(seen, None)
    chosen = st.session_state.get(key)
    # The slider keeps its value: one that stood at what was the last would stay behind.
    if chosen != epochs[-1] and (chosen not in epochs or chosen == st.session_state.get(seen)):
        st.session_state[key] = epochs[-1]
    st.session_state[seen] = epochs[-1]
    epoch = st.select_slider(
        "Epoch",
        epochs,
        key=key,
        help="The model as it was after this epoch; 0 is untrained.",
        persist_state="session",
    )
    put("epoch", None if epoch == epochs[-1] else str(epoch))
    return epoch
