"""A page with a replay whose worth can be asked for; a journey answers, see worth_answers.py.

`?case=` nothing (two maps of 300 digits beside PCA), one (one map), many (5,200 digits).
"""

from __future__ import annotations

import importlib
from typing import Any
from unittest.mock import patch

import streamlit as st

from app.components.message import pack
from app.components.player import replay
from tests.support.worth_answers import ADDRESS, fixed_of, recording_of

st.set_page_config(layout="wide")
st.header("Two optimisers, one map")
recording = st.cache_resource(recording_of)(st.query_params.get("case", ""))


def packed(data: dict[str, Any]) -> bytes:
    """Pack what a replay sends, with the address of what its maps are worth."""
    return pack(data | {"worth": ADDRESS, "fixed": fixed_of(recording)})


module = importlib.import_module("app.components.player.replay")
with patch.object(module, "pack", packed):
    chosen = replay(
        recording,
        key="maps",
        description="Two maps of the same digits.",
        iterations=int(recording.iterations[-1]),
        save_as="lab_run",
    )
st.text(f"point={chosen.point}")
