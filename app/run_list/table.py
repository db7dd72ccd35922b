"""The table of runs, in which a visitor selects some and opens one."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.navigation import page_of
from app.run_list.facts import Row
from app.runs.labels import zone_of_visitor

#: Rows that are in view: with them, what can be done with a run is in view below the table.
_MIN_ROWS, _MAX_ROWS = 4, 11
#: CSS pixels of a row, and of the borders.
_ROW, _BORDERS = 35, 2
#: The columns of numbers: those that most of the rows have.
MAX_NUMBERS = 6
#: The ids of the selected runs, in the session.
_SELECTED = "runs:selected"
#: How often the selection was emptied: a new table then begins without one.
_EMPTIED = "runs:emptied"
_OPENED = "runs:opened"
# Beyond this a time cannot be written in nanoseconds, as tables do.
_LATEST = 9e9

_OPEN, _STAR, _TITLE, _MODEL, _DATA = "Open", "Star", "Run", "Model", "Data"
_CHANGES, _STATE, _PROGRESS = "Differs from the exercise", "State", "Progress"
_RESULT, _TIME, _STARTED, _WHOSE = "Result", "Time (s)", "Started", "Whose"


def draw_table(rows: Sequence[Row], *, every_column: bool) -> list[Row]:
    """Draw the rows, at least one, and return the selected ones.

    A press on "Open" opens the page of a run. The browser tells positions in the table that it has
    drawn: so a table of other runs, or of another order, is another widget, and what was selected
    in it counts by the ids of the runs.
    """
    ids = [row.id for row in rows]
    emptied = st.session_state.get(_EMPTIED, 0)
    digest = zlib.crc32("/".join(ids).encode())
    kept = [ids.index(run_id) for run_id in st.session_state.get(_SELECTED, ()) if run_id in ids]
    click = f"{_OPENED}:{digest:08x}"
    columns = columns_of(rows, every=every_column)
    event = st.dataframe(
        columns,
        height=_ROW * (1 + min(max(len(rows), _MIN_ROWS), _MAX_ROWS)) + _BORDERS,
        hide_index=True,
        placeholder="–",
        key=f"runs-table:{digest:08x}:{emptied}",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default={"selection": {"rows": kept}},
        alt="All runs that match",
        column_config=_config(columns, click),
    )
    _open_pressed(rows, st.session_state.get(click))
    # Any client can send any positions.
    selected = [rows[place] for place in event["selection"]["rows"] if 0 <= place < len(rows)]
    st.session_state[_SELECTED] = [row.id for row in selected]
    return selected


def empty_selection() -> None:
    """Select nothing any more."""
    st.session_state[_SELECTED] = []
    st.session_state[_EMPTIED] = st.session_state.get(_EMPTIED, 0) + 1


def columns_of(rows: Sequence[Row], *, every: bool) -> dict[str, list[Any]]:
    """Return the columns of the table; a few that fit a phone unless `every` one is wanted."""
    few: dict[str, list[Any]] = {
        _TITLE: [row.title for row in rows],
        _STATE: [row.state for row in rows],
        _RESULT: [row.result or None for row in rows],
        _OPEN: ["Open"] * len(rows),
    }
    if not every:
        return few
    return {
        _STAR: ["★" if row.starred else "" for row in rows],
        _TITLE: few[_TITLE],
        _OPEN: few[_OPEN],
        _MODEL: [row.about.model for row in rows],
        _DATA: [row.about.data for row in rows],
        _CHANGES: [row.about.changes for row in rows],
        _STATE: few[_STATE],
        _RESULT: few[_RESULT],
        _PROGRESS: [row.run.state.progress for row in rows],
        **_numbers(rows),
        _TIME: [row.run.state.seconds for row in rows],
        _STARTED: [_time(row.run.request.created_at) for row in rows],
        _WHOSE: [row.whose for row in rows],
    }


def _numbers(rows: Sequence[Row]) -> dict[str, list[float | None]]:
    """Return a column for each number that runs end with, those of the most runs first."""
    firsts = Counter(name for row in rows for name in list(row.numbers)[:1])
    count = Counter(name for row in rows for name in row.numbers)
    names = sorted(count, key=lambda name: (-firsts[name], -count[name], name))[:MAX_NUMBERS]
    return {name: [row.numbers.get(name) for row in rows] for name in names}


def _time(seconds: float) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _LATEST else None


def _config(columns: Mapping[str, Any], click: str) -> dict[str, Any]:
    zone = zone_of_visitor()
    config: dict[str, Any] = {
        _STAR: st.column_config.TextColumn(width=44, help="Runs that you have starred."),
        _TITLE: st.column_config.TextColumn(width=200),
        _MODEL: st.column_config.TextColumn(width=104),
        _OPEN: st.column_config.ButtonColumn(
            key=click, type="tertiary", width=70, help="Opens the run on its page."
        ),
        _CHANGES: st.column_config.TextColumn(width=220),
        _RESULT: st.column_config.TextColumn(
            width=230, help="The last number that runs of this kind are compared by."
        ),
        _PROGRESS: st.column_config.ProgressColumn(format="percent", width=110),
        _TIME: st.column_config.NumberColumn(format="%.0f", help="Time spent computing."),
        _STARTED: st.column_config.DatetimeColumn(
            format="D MMM YYYY, HH:mm", timezone=None if zone is None else str(zone)
        ),
    }
    numbers = {name for name in columns if name.endswith(")") and name != _TIME}
    config |= {
        name: st.column_config.NumberColumn(
            format="%.4f", help="On test digits, after the last epoch or iteration."
        )
        for name in numbers
    }
    return {name: config[name] for name in columns if name in config}


def _open_pressed(rows: Sequence[Row], pressed: object) -> None:
    """Open the run whose button was pressed, if one was."""
    place = getattr(pressed, "row", None)
    if type(place) is int and 0 <= place < len(rows):
        open_run(rows[place])


def open_run(row: Row) -> None:
    """Open a run on its page; a run of foreign code may have none."""
    page = page_of(row.run.request)
    if page is None:
        st.warning("This version of the lab has no page for this kind of run.")
    else:
        st.switch_page(page.path, query_params={"run": row.id})
