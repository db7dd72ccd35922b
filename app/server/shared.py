"""Holds what all visitors of this server share: its runs, its queue, the digits."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.data.digits import Digits, load_digits
from core.execution import RunQueue
from core.runs.store import RunStore


@st.cache_resource(show_spinner=False)
def store() -> RunStore:
    """Return the runs of this server."""
    return RunStore()


@st.cache_resource(show_spinner=False)
def queue() -> RunQueue:
    """Return the queue of this server; made once, so that its workers are bounded in number."""
    return RunQueue()


@st.cache_resource(show_spinner="Unpacking the digits …")
def digits(split: Literal["train", "test"]) -> Digits:
    """Return the digits, loaded once for all visitors and the runs of this process."""
    return load_digits(split)
