"""Following a run: the one fragment that redraws while it is computed and then stops by itself."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.fragments import told
from app.session import is_active
from core.record import RunRecord


def watch(record: RunRecord, draw: Callable[[RunRecord], None], *, every: float = 2.0) -> None:
    """Draws a run now and, while it is active, every `every` seconds.

    Each look takes time from a training that goes on beside it on the same cores.
    `draw` is called inside a fragment. A finished run has no timer, and costs the server nothing.
    """
    active = is_active(record)

    @st.fragment(run_every=every if active else None)
    def follow() -> None:
        # Before it is drawn, which may fail: what cannot be drawn must not keep the timer. A run
        # that is gone still has a state, which is failed; the page says that it is gone.
        if not record.folder.is_dir() or is_active(record) != active:
            st.rerun()  # the whole page, once: with the timer, or without it
        with told():
            draw(record)

    follow()
