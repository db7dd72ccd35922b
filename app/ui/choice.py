"""A choice of one among a few that are all in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import streamlit as st

from app.links.values import one_of
from app.ui.linked import bring, put_unless

Option = TypeVar("Option")


def choose_one(
    label: str,
    options: Sequence[Option],
    *,
    default: Option,
    key: str,
    link: str = "",
    is_set: bool = False,
    **look: Any,
) -> Option:
    """Draw the options side by side and return the chosen one, at first `default`.

    With `link` the choice is the parameter of that name in the page's address. `is_set` says that
    the caller has put a choice into the session in this run of the script. `look` are further
    arguments of `st.segmented_control`. A browser lets nobody choose nothing, but a client can send
    that; it counts as `default`.
    """
    is_set |= bool(link) and bring(link, key, one_of(link, options), default)
    chosen = st.segmented_control(
        label, options, default=None if is_set else default, required=True, key=key, **look
    )
    if chosen is None:
        chosen = default
    if link:
        put_unless(link, chosen, default)
    return chosen
