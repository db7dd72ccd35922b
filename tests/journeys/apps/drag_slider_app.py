"""A page with a slider that reports while it is dragged, beside Streamlit's own.

`?case=` slow (an answer takes 150 ms), stuck (one takes 1.5 s), lost (the answer to the third
message gets lost), page (no fragment around it).
"""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

import streamlit as st

from app.components import drag_slider as module
from app.components.drag_slider import drag_slider

LOST_MESSAGE = 3
SECONDS = {"slow": 0.15, "stuck": 1.5}  # less than the slider's patience

case = st.query_params.get("case", "")
run = st.session_state["run"] = st.session_state.get("run", 0) + 1
st.text(f"run={run}")
mount = module._mount


def lossy(*, data: dict[str, Any], **rest: Any) -> Any:
    """Answers the lost message as if it had not come."""
    if case == "lost" and data["number"] == LOST_MESSAGE:
        data = data | {"number": LOST_MESSAGE - 1}
    return mount(data=data, **rest)


def reset() -> None:
    """Back to what was trained, from Python."""
    st.session_state["noise"] = 0.2


def parts() -> None:
    """The slider and what it moves."""
    with patch.object(module, "_mount", lossy):
        noise = drag_slider(
            "Strength",
            key="noise",
            minimum=0.0,
            maximum=1.0,
            value=0.2,
            step=0.01,
            marks={0.2: "trained", 1.0: "all of it", 1.5: "beyond"},
            help="Standard deviation of the noise, or the fraction of the pixels that is hit.",
        )
    time.sleep(SECONDS.get(case, 0))
    seen: list[float] = st.session_state.setdefault("seen", [])
    if not seen or seen[-1] != noise:
        seen.append(noise)
    st.text(f"noise={noise!r}")
    st.text(f"values={len(seen)}")
    st.button("Reset", on_click=reset)


if st.toggle("Show the slider", value=True):
    if case == "page":
        parts()
    else:
        st.fragment(parts)()
st.slider("Streamlit's own", 0.0, 1.0, 0.2, 0.01, key="own", help="As a comparison.")
temperature = drag_slider(
    "Temperature",
    key="temperature",
    minimum=-200,
    maximum=200,
    value=-20,
    step=5,
)
st.text(f"temperature={temperature!r}")
