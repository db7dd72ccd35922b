"""All lessons of the course, with what this visitor has done."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.course.places import COURSE_PAGE, Spot, done_in
from app.ui.markdown import escape_markdown
from core.lessons.answers import Kept
from core.lessons.shelf import Shelf


def draw_overview(shelf: Shelf, kept: Mapping[tuple[str, str], Kept]) -> None:
    """Draw each lesson with its steps, and a mark beside what is done."""
    for problem in shelf.problems:
        st.warning(escape_markdown(problem), icon=":material/rule:")
    for number, lesson in enumerate(shelf.lessons, 1):
        done = done_in(lesson, kept)
        with st.container(border=True):
            st.subheader(f"{number}. {lesson.title}", anchor=False)
            st.caption(
                f"Task {lesson.task} · {len(lesson.steps)} steps · {lesson.minutes} minutes · "
                f"{done} done"
            )
            st.markdown(lesson.about)
            for step in lesson.steps:
                _draw_link(Spot(lesson, step), kept.get((lesson.id, step.id), Kept()))


def _draw_link(spot: Spot, kept: Kept) -> None:
    if kept.reveal is not None:
        icon, said = ":material/check_circle:", "done"
    elif kept.predictions:
        icon, said = ":material/pending:", "begun"
    else:
        icon, said = ":material/radio_button_unchecked:", f"{spot.step.minutes} min"
    st.page_link(
        COURSE_PAGE,
        label=f"{spot.step.title} · {said}",
        icon=icon,
        query_params={"lesson": spot.name},
    )
