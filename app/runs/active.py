"""All runs that are being computed or wait, and this visitor's paused runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from app.navigation import page_named, page_of
from app.runs.labels import STATUS_WORDS, about_sweep, other_data
from app.runs.owners import is_mine
from app.server.shared import store, sweeps
from app.ui.markdown import escape_markdown
from core.runs.store import Summary, in_turn

MAX = 6
#: Seconds between two updates while there are runs to show.
REFRESH_SECONDS = 2.0
#: Seconds between two looks for new runs while there are none.
LOOK_SECONDS = 15.0


def draw_active_runs(idle: str = "") -> None:
    """Draw links to the runs that are computed or wait, refreshed while there are any.

    Args:
        idle: A sentence for when there are none; nothing is written if it is empty.
    """
    # Listed once for both looks: with 1,000 runs it takes 30 ms.
    first = [store().list()]
    busy = bool(in_turn(first[0]))

    @st.fragment(run_every=REFRESH_SECONDS if busy else LOOK_SECONDS)
    def active_runs() -> None:
        every = first.pop() if first else store().list()
        runs = in_turn(every)
        if bool(runs) != busy:
            st.rerun()  # drawn once more, with the other timer
        if runs:
            st.caption("Running and waiting")
            alone = _draw_sweeps(runs)
            _draw_links(alone)
            if len(alone) > MAX:
                st.caption(f"and {len(alone) - MAX} more in the queue")
        elif idle:
            st.caption(idle)
        if paused := _paused(every):
            st.caption("Paused")
            _draw_links(_draw_sweeps(paused))

    active_runs()


def _draw_sweeps(runs: Sequence[Summary]) -> list[Summary]:
    """Draw a link to each sweep that these runs belong to, and return the runs of no sweep."""
    ids = {run.id for run in runs}
    page = page_named("sweeps")
    found = sweeps().list(naming=ids)
    for sweep in found[:MAX]:
        states = sweep.states()
        done = sum(state.status == "done" for state in states)
        words = f"{sweep.title} · {about_sweep(sweep)} · {done} of {len(states)} done"
        query = {"sweep": sweep.id}
        label = escape_markdown(words)
        st.page_link(page.path, label=label, icon=page.icon, query_params=query)
        st.progress(sum(state.progress for state in states) / len(states))
    if len(found) > MAX:
        st.caption(f"and {len(found) - MAX} more sweeps")
    of_sweeps = {record.id for sweep in found for record in sweep.records}
    return [run for run in runs if run.id not in of_sweeps]


def _paused(runs: Sequence[Summary]) -> list[Summary]:
    """Return this visitor's runs that stopped before their end and can go on."""
    return [
        run
        for run in runs
        if run.state.status in ("paused", "interrupted")
        and is_mine(run.request.visitor)
        and not run.request.is_recorded
    ]


def _draw_links(runs: Sequence[Summary]) -> None:
    shown = runs[:MAX]
    titles = Counter(run.request.title for run in shown)
    for run in shown:
        page = page_of(run.request)
        # Links to different runs have different names.
        mark = f" {run.id[-4:]}" if titles[run.request.title] > 1 else ""
        parts = (f"{run.request.title}{mark}", other_data(run.request))
        words = escape_markdown(" · ".join((*filter(None, parts), STATUS_WORDS[run.state.status])))
        if page is not None:
            st.page_link(page.path, label=words, icon=page.icon, query_params={"run": run.id})
        else:  # a kind of run that this version has no page for
            st.caption(words)
        st.progress(run.state.progress)
