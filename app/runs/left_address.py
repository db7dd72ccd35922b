"""Remember which run a page has just left, so that a late rerun does not lead back to it."""

from __future__ import annotations

import time

import streamlit as st

#: For so long a browser may still send the address that it had before: on a computer that is
#: fully busy it took more than three seconds.
STALE_SECONDS = 5.0
#: The run that the address named before, and when it was left, in the session.
_LEFT = "run-left"


def leave_address() -> None:
    """Take the run out of the address, since another choice is made; for a widget's `on_change`."""
    left = st.query_params.pop("run", None)
    if left:
        st.session_state[_LEFT] = left, time.monotonic()


def go_to_address(run_id: str) -> None:
    """Put a run into the address in place of the one that is there."""
    if (left := st.query_params.get("run")) not in (None, run_id):
        st.session_state[_LEFT] = left, time.monotonic()
    elif st.session_state.get(_LEFT, ("",))[0] == run_id:
        del st.session_state[_LEFT]
    st.query_params["run"] = run_id


def is_stale(run_id: str) -> bool:
    """Return whether an address is one that the page has just left.

    A rerun comes with the address that the browser had when it asked. One that is asked for by a
    timer right before Start is pressed comes after it, and would lead back to the run before.
    """
    left, when = st.session_state.get(_LEFT, ("", 0.0))
    return run_id == left and time.monotonic() - when < STALE_SECONDS
