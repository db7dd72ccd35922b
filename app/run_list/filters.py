"""Searching, filtering and sorting the table of runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.links.address import put
from app.run_list.facts import GALLERY, Row
from app.runs.owners import MINE, SOMEONE_S
from app.ui.linked import bring, linked_select

ANY = "Any"
STARRED = "Starred"
#: Characters of a search.
LONGEST_SEARCH = 100

#: How rows can be ordered: by the name of the order, what they are sorted by.
ORDERS: dict[str, Callable[[Row], tuple[object, ...]]] = {
    "Newest first": lambda row: (-row.run.request.created_at,),
    "Oldest first": lambda row: (row.run.request.created_at,),
    "Name": lambda row: (row.title.casefold(),),
    "Model": lambda row: (row.about.model.casefold(), row.title.casefold()),
    # Numbers of different units are not compared.
    "Lowest result": lambda row: (
        not row.numbers,
        *(item for pair in list(row.numbers.items())[:1] for item in pair),
    ),
    "State": lambda row: (row.state,),
    "Longest time": lambda row: (-row.run.state.seconds,),
}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Hold what a visitor wants to see: `ANY`, or a value that a row has."""

    search: str = ""
    model: str = ANY
    data: str = ANY
    state: str = ANY
    whose: str = ANY
    order: str = "Newest first"

    def apply(self, rows: Sequence[Row]) -> list[Row]:
        """Return the rows that are wanted, in the wanted order."""
        words = self.search.casefold().split()
        found = [
            row
            for row in rows
            if self.model in (ANY, row.about.model)
            and self.data in (ANY, row.about.data)
            and self.state in (ANY, row.state)
            and self._is_whose(row)
            and (not words or _has_all(row, words))
        ]
        return sorted(found, key=ORDERS[self.order])

    def _is_whose(self, row: Row) -> bool:
        if self.whose == STARRED:
            return row.starred
        if self.whose == SOMEONE_S:
            return row.whose not in (MINE, GALLERY)
        return self.whose in (ANY, row.whose)


def _has_all(row: Row, words: Sequence[str]) -> bool:
    parts = (row.title, row.id, row.about.model, row.about.data, row.about.changes, row.whose)
    text = " ".join((*parts, row.state)).casefold()
    return all(word in text for word in words)


def draw_filters(rows: Sequence[Row]) -> Filters:
    """Draw the search and choices of what the rows have; return what is wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        bring("search", _key("search"), _read_search, "")
        search = st.text_input(
            "Search",
            key=_key("search"),
            max_chars=LONGEST_SEARCH,
            placeholder="Name, model or setting",
            icon=":material/search:",
            width=240,
            persist_state="session",
        )
        search = (search or "")[:LONGEST_SEARCH]
        put("search", search or None)
        return Filters(
            search=search,
            model=_choose("Model", sorted({row.about.model for row in rows}), "family"),
            data=_choose("Data", sorted({row.about.data for row in rows}), "pictures"),
            state=_choose("State", sorted({row.state for row in rows}), "state"),
            whose=_choose("Whose", [MINE, STARRED, SOMEONE_S, GALLERY], "whose"),
            order=_choose("Order", list(ORDERS), "order", every=False),
        )


def _read_search(text: str) -> str:
    return text[:LONGEST_SEARCH]


def clear_filters() -> None:
    """Show all runs again; for a button's `on_click`."""
    for name in ("search", "Model", "Data", "State", "Whose"):
        st.session_state.pop(_key(name), None)
    # A browser keeps the value of a widget that is persisted and has the same key.
    st.session_state["runs:clears"] = st.session_state.get("runs:clears", 0) + 1


def _choose(label: str, options: list[str], link: str, *, every: bool = True) -> str:
    offered = [ANY, *options] if every else options
    key = _key(label)
    if st.session_state.get(key) not in offered:  # the last run of that kind is gone
        st.session_state.pop(key, None)
    return linked_select(label, offered, link=link, key=key, width=160, persist_state="session")


def _key(name: str) -> str:
    return f"runs:{name}:{st.session_state.get('runs:clears', 0)}"
