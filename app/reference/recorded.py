"""Whether a recorded program is right: its numbers and pictures beside the lab's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.reference.chart import draw_reference_chart
from app.reference.digits import draw_digits
from app.reference.verdict import choose_task, draw_checked
from app.server.shared import store
from core.execution.turns import heavy_work
from core.recorder.map_reading import read_curve
from core.recorder.reading import EpochRow, preview_of, read_epochs, terms_of
from core.reference.check import Checked
from core.reference.guess import guess_terms
from core.reference.recorded import (
    check_recorded_run,
    curve_of,
    map_curve,
    task_guessed,
)
from core.reference.tasks import ReferenceTask, task_of
from core.runs.record import RunRecord

_NONE = "none"


def draw_is_it_right(record: RunRecord) -> None:
    """Draw a recorded run beside the reference of the task that it solves."""
    st.subheader("Is it right?", anchor=False)
    task = choose_task(record, task_guessed(record))
    if task.model:
        _draw_training(record, task)
    else:
        _draw_map(record, task)


def _draw_training(record: RunRecord, task: ReferenceTask) -> None:
    rows = read_epochs(record)
    if not rows:
        st.caption("The comparison appears here with the first epoch.")
        return
    terms = _choose_terms(record, task, terms_of(rows))
    checked = _checked(record, task, terms, rows[-1].epoch)
    draw_checked(checked)
    curves = {key: curve_of(rows, name) for key, name in terms.items()}
    draw_reference_chart(record, task, curves)
    _draw_digits(record, task, rows)


def _draw_map(record: RunRecord, task: ReferenceTask) -> None:
    curve = read_curve(record)
    if not len(curve.iterations):
        st.caption("The comparison appears here with the first frame.")
        return
    if record.is_active:
        st.caption("The check is made when the program has ended.")
    else:
        checked = _checked(record, task, {}, int(curve.iterations[-1]))
        draw_checked(checked)
        if not checked.is_comparable:
            return
    draw_reference_chart(record, task, {task.main: map_curve(curve)})


def _choose_terms(record: RunRecord, task: ReferenceTask, names: Sequence[str]) -> dict[str, str]:
    """Let the visitor say which number of the program is which of the reference; guessed first."""
    guessed = guess_terms(task, names)
    options = [_NONE, *names]
    chosen: dict[str, str] = {}
    with st.expander("Which number is which", icon=":material/tune:"):
        for key, term in task.terms.items():
            name = st.selectbox(
                f"{term.label} ({term.unit})",
                range(len(options)),
                index=options.index(guessed[key], 1) if key in guessed else 0,
                format_func=lambda at: options[at],
                key=f"is-it-right:{record.id}:{task.number}:{key}",
                help="What your program calls it.",
            )
            # Any client can send any place, and place 0 stands for none.
            if type(name) is int and 0 < name < len(options):
                chosen[key] = options[name]
    return chosen


@st.cache_data(max_entries=64, show_spinner="Comparing with the reference …")
def _found(
    run_id: str, number: str, terms: tuple[tuple[str, str], ...], step: int, with_weights: bool
) -> Checked:
    record = store().get(run_id)
    with heavy_work:
        return check_recorded_run(record, task_of(number), dict(terms), with_weights=with_weights)


def _checked(
    record: RunRecord, task: ReferenceTask, terms: Mapping[str, str], step: int
) -> Checked:
    # Weights are looked at once, at the end: that takes seconds.
    return _found(record.id, task.number, tuple(terms.items()), step, not record.is_active)


def _draw_digits(record: RunRecord, task: ReferenceTask, rows: Sequence[EpochRow]) -> None:
    """Draw ten digits as the program rebuilds them, above what the lab's own run makes of them."""
    found = preview_of(record, list(rows))
    if found is not None:
        epoch, pictures = found
        draw_digits(record, task, pictures, f"Yours after epoch {epoch:,}")
