"""Draws the list of all runs: search, table, actions, and the run that is selected."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from app.links.address import Part, part_of_address
from app.navigation import PAGES
from app.run_list.actions import draw_actions, draw_messages
from app.run_list.deleted import draw_deleted
from app.run_list.details import draw_details
from app.run_list.facts import Row, RunFacts
from app.run_list.filters import clear_filters, draw_filters
from app.run_list.ownership import whose
from app.run_list.table import draw_table
from app.runs.left_out import draw_left_out
from app.server.shared import store
from app.server.visitor import visitor
from app.ui.fragments import show_errors
from core.runs.left_out import may_leave_out
from core.runs.store import Summary, in_turn

#: Seconds between two looks while runs are computed or wait.
LOOK_SECONDS = 5.0


# One for all visitors, like the store.
@lru_cache(maxsize=1)
def _facts() -> RunFacts:
    return RunFacts()


def draw_run_list() -> None:
    """Draw the list; while runs are computed, every five seconds."""
    # Listed once for both looks: with 1,000 runs it takes 30 ms.
    first = [store().list()]
    active = bool(in_turn(first[0]))

    part = Part()

    @st.fragment(run_every=LOOK_SECONDS if active else None)
    def follow() -> None:
        runs = first.pop() if first else store().list()
        if bool(in_turn(runs)) != active:
            st.rerun()  # the whole page, once: with a timer, or without one
        with part_of_address(part), show_errors():
            _draw(_rows(runs))

    follow()


def _rows(runs: Sequence[Summary]) -> list[Row]:
    return _facts().rows(store(), runs, whose(), store().stars.of(visitor()))


def _draw(rows: list[Row]) -> None:
    if not rows:
        _draw_empty()
    else:
        wanted = draw_filters(rows)
        shown = wanted.apply(rows)
        if not shown:
            st.info("No run matches. Change the search or a choice above.")
            st.button("Show all runs", icon=":material/filter_alt_off:", on_click=clear_filters)
            draw_messages()
        else:
            _draw_table(shown, len(rows))
    draw_deleted()
    if may_leave_out(store(), len(rows)):
        draw_left_out()


def _draw_table(shown: list[Row], count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        every = st.toggle(
            "All columns",
            value=not _is_on_phone(),
            key="runs:columns",
            persist_state="session",
            help="Off: name, state and result, as they fit a phone.",
            width="content",
        )
        noun = "run" if count == 1 else "runs"
        words = f"{count:,} {noun}" if len(shown) == count else f"{len(shown):,} of {count:,} runs"
        st.caption(
            f"{words}. Select a row to see its note and what can be done with the run.",
            width="content",
        )
    selected = draw_table(shown, every_column=every)
    draw_actions(selected)
    draw_messages()
    if len(selected) == 1:
        with show_errors():
            draw_details(selected[0])


def _draw_empty() -> None:
    st.info("All runs of this lab will be listed here. Start the first one on one of these pages.")
    with st.container(horizontal=True):
        for page in PAGES:
            if page.shows:
                st.page_link(page.path, label=page.title, icon=page.icon, width="content")


def _is_on_phone() -> bool:
    """Return whether the browser says that it is one of a phone."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")
