"""A choice of one among a few that are all in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st

Option = TypeVar("Option")


def choose_one(label: str, options: Sequence[Option], *, default: Option, **look: Any) -> Option:
    """Draw the options side by side and return the chosen one, at first `default`.

    `look` are further arguments of `st.segmented_control`. A browser lets nobody choose nothing,
    but a client can send that; it counts as `default`.
    """
    chosen = st.segmented_control(label, options, default=default, required=True, **look)
    return default if chosen is None else chosen
