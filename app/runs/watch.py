"""Following a run: the one fragment that redraws while it is computed and then stops by itself."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.links.address import Part, part_of_address
from app.ui.fragments import show_errors
from core.runs.record import RunRecord


def watch(
    record: RunRecord,
    draw: Callable[[RunRecord], None],
    *,
    every: float | Callable[[RunRecord], float] = 2.0,
) -> None:
    """Draw a run now and, while it is active, every `every` seconds, which may change with it.

    Each look takes time from a training that goes on beside it on the same cores.
    `draw` is called inside a fragment. A finished run has no timer, and costs the server nothing.
    """

    def timer() -> float | None:
        if not record.is_active:
            return None
        return every(record) if callable(every) else every

    now = timer()
    part = Part()

    @st.fragment(run_every=now)
    def follow() -> None:
        # Before it is drawn, which may fail: what cannot be drawn must not keep the timer. A run
        # that is gone still has a state, which is failed; the page says that it is gone.
        if not record.folder.is_dir() or timer() != now:
            st.rerun()  # the whole page, once: with another timer, or without one
        with part_of_address(part), show_errors():
            draw(record)

    follow()
