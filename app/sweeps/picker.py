"""Choosing the sweep that the page shows. Its id is in the address, so that a link opens it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from app.links.address import current, put
from app.runs.labels import about_sweep, started_at
from app.runs.owners import whose_words
from app.server.shared import sweeps
from app.ui.markdown import escape_markdown
from core.runs.record import RunError
from core.sweeps.sweep import Sweep

_LAST = "sweep:last"


def choose_sweep() -> Sweep | None:
    """Draw a picker over all sweeps; return the chosen one, None where there are none.

    The one that the address names (`?sweep=…`) comes first, then the one that the visitor last
    looked at, then the first of the list. A sentence says what is wrong with an address.
    """
    found = {sweep.id: sweep for sweep in sweeps().list()}
    named = current("sweep")
    if named and named not in found:
        try:
            sweeps().get(named)
        except RunError as error:
            st.warning(escape_markdown(str(error)), icon=":material/search_off:")
    if not found:
        return None
    last = st.session_state.get(_LAST)
    chosen = next(one for one in (named, last, next(iter(found))) if one in found)
    _show(chosen)
    labels = _labels([*found.values()])
    # A widget for each chosen one: see `app.runs.picker.choose_run`.
    key = f"sweep:picker:{chosen}"
    if st.session_state.get(key) != chosen:
        st.session_state[key] = chosen

    def pick() -> None:
        # Streamlit passes on any text that the browser sends.
        if st.session_state[key] in found:
            _show(st.session_state[key])

    st.selectbox(
        "Sweep",
        list(found),
        format_func=labels.__getitem__,
        key=key,
        on_change=pick,
        help="The gallery ships with the lab; the other sweeps were made on this server.",
    )
    return found[chosen]


def _show(sweep_id: str) -> None:
    st.session_state[_LAST] = sweep_id
    put("sweep", sweep_id)


def _labels(found: Sequence[Sweep]) -> dict[str, str]:
    """Return each sweep, by its id, in one line of a list; no two lines are alike."""
    lines = {sweep.id: _line(sweep) for sweep in found}
    count = Counter(lines.values())
    return {
        sweep_id: line if count[line] == 1 else f"{line} · {sweep_id[-4:]}"
        for sweep_id, line in lines.items()
    }


def _line(sweep: Sweep) -> str:
    if sweep.in_gallery:
        whose, when = "Gallery", ""
    else:
        whose = whose_words(sweep.visitor)
        when = f" · {started_at(sweep.created_at)}"
    return f"{whose} · {sweep.title} · {about_sweep(sweep)}{when}"
