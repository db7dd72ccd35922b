"""Choosing the data set of a page. Its name is in the address, so that a link keeps it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.links.address import current, put
from app.server.data import data_asked_for
from app.ui.markdown import escape_markdown
from core.data.data_sets import DATA_SETS, MNIST, DataSet, data_set, offered
from core.runs.record import RunRecord
from core.runs.store import Summary

_PARAMETER = "data"
#: The data set that the visitor chose last, on any page.
_LAST = "last-data"


def choose_data(page: str, named: RunRecord | None) -> DataSet:
    """Draw the choice of a data set and return it: at first that of the run in the address.

    Next comes the data set that the address names, then the one that the visitor chose last. A
    sentence says what is wrong with the address. It stays until the visitor chooses another data
    set or run: the next rerun may come at once, and the address is another one then.
    """
    names = [data.name for data in offered()]
    key = f"data:{page}"
    if named is not None and data_asked_for(named.request) in DATA_SETS:
        wanted = data_asked_for(named.request)
    else:
        wanted = current(_PARAMETER) or st.session_state.get(_LAST, MNIST)
    if wanted not in names:
        st.session_state[f"{key}:problem"] = _why_not(wanted), None
        wanted = MNIST
    _draw_problem(f"{key}:problem", wanted)
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted

    def choose() -> None:
        # Streamlit passes on anything that the browser sends.
        if st.session_state[key] in names:
            st.session_state.pop(f"{key}:problem", None)
            st.session_state[_LAST] = st.session_state[key]
            leave_run()
            put(_PARAMETER, st.session_state[key])

    chosen = st.segmented_control(
        "Data",
        names,
        format_func=lambda name: DATA_SETS[name].short_title,
        key=key,
        required=True,
        on_change=choose,
        width="content",
        help="The pictures of the runs that are listed, and of the next run. Digits are MNIST, as "
        "in the exercise; clothes are Fashion-MNIST.",
    )
    data = DATA_SETS[chosen if chosen in names else wanted]
    st.session_state[_LAST] = data.name
    put(_PARAMETER, None if data.name == MNIST else data.name)
    return data


def leave_run() -> None:
    """Take the run out of the address, since another choice is made; for a widget's `on_change`."""
    put("run", None)


def _draw_problem(key: str, shown: str) -> None:
    """Say what is wrong with the address, while MNIST and the run are shown that came instead."""
    problem, instead = st.session_state.get(key, ("", None))
    run = current("run")
    if not problem:
        return
    if shown != MNIST or (instead is not None and instead != run):
        del st.session_state[key]
        return
    st.session_state[key] = problem, run
    st.warning(escape_markdown(problem), icon=":material/search_off:")


def on_data(data: DataSet) -> str:
    """Return " on Fashion-MNIST", for a sentence; nothing for MNIST, as in the exercise."""
    return "" if data.name == MNIST else f" on {data.title}"


def runs_on(data: DataSet, runs: Sequence[Summary]) -> list[Summary]:
    """Return the runs that learn from or map a data set."""
    return [run for run in runs if data_asked_for(run.request) == data.name]


def _why_not(name: str) -> str:
    try:
        data = data_set(name)
    except ValueError as error:
        return f"{error} {DATA_SETS[MNIST].title} is shown instead."
    path = data.missing_files()[0].name
    return (
        f"The files of {data.title} are not here ({path} is missing), so "
        f"{DATA_SETS[MNIST].title} is shown instead."
    )
