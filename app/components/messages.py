"""Identifying a browser's messages: by the name of what they answer, or by their number."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray


def signature(key: str, *arrays: NDArray[np.generic]) -> str:
    """Return a name for what a component shows; every change gives a new name, even a change back.

    The browser keeps its position while the name stays the same, and sends it back with every
    answer: an answer to what was shown before is not one to what is shown now.
    """
    digest = hashlib.blake2s(digest_size=8)
    for array in arrays:
        digest.update(repr(array.shape).encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    content = digest.hexdigest()
    last, turn = st.session_state.get(f"{key} shown", ("", 0))
    if last != content:
        turn += 1
        st.session_state[f"{key} shown"] = (content, turn)
    return f"{content}-{turn}"


def numbered(state: object, name: str, content: str) -> tuple[int, Any] | None:
    """Return the number of the message `name` in a component's state, and its entry `content`.

    None if there is no such message: any client can send any JSON. The entry is not checked.
    """
    message = state.get(name) if isinstance(state, Mapping) else None
    if not isinstance(message, Mapping):
        return None
    number = message.get("number")
    # A bool is an int for Python; beyond 2**53 a browser cannot count.
    return (number, message.get(content)) if type(number) is int and 0 < number < 2**53 else None
