"""Choosing test digits: by class, at random, or by number."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from app.session import digits
from core.training import preview_indices

_ONE_OF_EACH, _CLASS, _RANDOM, _NUMBER = "One of each", "By class", "At random", "By number"
_ANY = "any number"


def choose_digits(key: str, count: int = 10) -> Tensor:
    """Controls to choose `count` of the 10,000 test digits; their numbers, int64 (count,)."""
    labels = digits("test").labels
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ways = [_ONE_OF_EACH, _CLASS, _RANDOM, _NUMBER]
        if count < 10:
            ways.remove(_ONE_OF_EACH)
        way = st.segmented_control(
            "Digits",
            ways,
            default=ways[0],
            required=True,
            key=f"{key}:way",
            persist_state="session",
            help="Which of the 10,000 test digits to look at. No model was trained on them.",
        )
        if way == _ONE_OF_EACH:
            return preview_indices(digits("test"))
        if way == _NUMBER:
            last = len(labels) - 1
            first = st.number_input(
                f"First number (0 to {last:,})",
                0,
                last,
                0,
                key=f"{key}:number",
                width=180,
                persist_state="session",
            )
            return torch.arange(first, first + count) % len(labels)
        pool = torch.arange(len(labels))
        if way == _CLASS:
            label = st.selectbox(
                "Class", range(10), key=f"{key}:class", width=90, persist_state="session"
            )
            pool = (labels == label).nonzero()[:, 0]
        draws = st.session_state.setdefault(f"{key}:draws", 0)
        if st.button("Others", icon=":material/shuffle:", key=f"{key}:others"):
            draws += 1
            st.session_state[f"{key}:draws"] = draws
    return pool[np.random.default_rng(draws).choice(len(pool), count, replace=False)]


def choose_digit(title: str, key: str, *, label: int) -> int:
    """Controls for one test digit: its class, `label` at first, and which of it, or its number."""
    labels = digits("test").labels
    first, second = st.columns(2, vertical_alignment="bottom")
    chosen = first.selectbox(
        f"{title}: class",
        [*range(10), _ANY],
        label,
        key=f"{key}:class",
        help="A class of digits, or any of the 10,000 test digits by its number.",
        persist_state="session",
    )
    if isinstance(chosen, str):
        pool, lowest = torch.arange(len(labels)), 0
    else:
        pool, lowest = (labels == chosen).nonzero()[:, 0], 1
    which = second.number_input(
        "Which one",
        lowest,
        lowest + len(pool) - 1,
        lowest,
        key=f"{key}:which:{chosen}",
        help=f"One of {len(pool):,} test digits.",
        persist_state="session",
    )
    return int(pool[which - lowest])
