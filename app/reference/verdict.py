"""The task that a program solves, and what a check has found of it."""

from __future__ import annotations

import streamlit as st

from app.ui.markdown import escape_markdown
from core.reference.check import Checked
from core.reference.tasks import TASKS, ReferenceTask
from core.runs.record import RunRecord


def choose_task(record: RunRecord, guessed: ReferenceTask) -> ReferenceTask:
    """Let the visitor say which task a run solves, of those of the same kind; guessed at first."""
    numbers = [number for number, task in TASKS.items() if task.kind == guessed.kind]
    number = st.selectbox(
        "Task of the exercise",
        numbers,
        index=numbers.index(guessed.number),
        format_func=lambda number: f"{number} {TASKS[number].title}",
        key=f"is-it-right:task:{record.id}",
        width=320,
        help="The task that your program solves. The lab guesses it at first.",
    )
    # Any client can send any number.
    return TASKS[number] if number in numbers else guessed


def draw_checked(checked: Checked) -> None:
    """Draw what a check has found: the verdict, the usual mistakes, what was not looked at."""
    verdict = escape_markdown(checked.verdict)
    if checked.is_right:
        st.success(f"**Right.** {verdict}", icon=":material/check_circle:")
    else:
        st.warning(f"**Not right yet.** {verdict}", icon=":material/error:")
    for mistake, text in checked.hints.items():
        heading = f"{mistake[0].upper()}{mistake[1:]}?"
        st.info(
            f"**{escape_markdown(heading)}** {escape_markdown(text)}", icon=":material/lightbulb:"
        )
    notes = [note for note in checked.notes if note != checked.verdict]
    for sentence in (*checked.sentences, *notes):
        st.caption(escape_markdown(sentence))
