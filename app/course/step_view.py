"""One step of the course: predict, run, reveal, explain."""

from __future__ import annotations

import streamlit as st

from app.course import kept as keeping
from app.course.places import COURSE_PAGE, Spot, next_spot
from app.course.predict import draw_questions
from app.course.reveal_stage import (
    draw_again,
    draw_explanation,
    draw_reveal,
    draw_reveal_button,
)
from app.course.run_stage import draw_runs
from app.ui.markdown import escape_markdown
from core.lessons.answers import Kept
from core.lessons.shelf import Shelf
from core.lessons.words import words_of

#: The step whose kept prediction is being changed, in `st.session_state`.
_CHANGING = "course:changing"


def draw_step(shelf: Shelf, spot: Spot, kept: Kept) -> None:
    """Draw a step as far as this visitor has come in it."""
    step = spot.step
    st.page_link(COURSE_PAGE, label="All lessons", icon=":material/arrow_back:")
    st.header(f"{spot.lesson.title}: {step.title}", anchor=False)
    st.caption(
        f"Step {spot.number} · {step.minutes} minutes · {escape_markdown(step.source)}  \n"
        f"Goal: {step.goal}"
    )
    if step.text:
        st.markdown(step.text)
    predicted = kept.has_predicted(len(step.questions))
    if kept.reveal is not None:
        st.subheader("What came out", anchor=False)
        draw_reveal(spot, kept, kept.reveal)
        draw_again(spot, kept.reveal)
        st.subheader("Explain", anchor=False)
        draw_explanation(spot, kept)
        _draw_next(shelf, spot)
        return
    st.subheader("1 · Predict", anchor=False)
    if not predicted or st.session_state.get(_CHANGING) == spot.name:
        _draw_prediction(spot, kept)
        return
    for number, question in enumerate(step.questions):
        words = escape_markdown(words_of(question, kept.predictions.get(number)))
        st.markdown(f"{question.text}  \nYour prediction: **{words}**")
    if st.button("Change it", icon=":material/edit:", help="Until the reveal."):
        st.session_state[_CHANGING] = spot.name
        st.rerun()
    st.subheader("2 · Run", anchor=False)
    found = draw_runs(spot)
    if not (found.missing or found.going):
        st.subheader("3 · Reveal", anchor=False)
        draw_reveal_button(spot, found)


def _draw_prediction(spot: Spot, kept: Kept) -> None:
    answers = draw_questions(spot.step, f"predict:{spot.name}", kept.predictions)
    pressed = st.button(
        "Keep my prediction",
        type="primary",
        icon=":material/lock:",
        disabled=answers is None,
        help="Answer every question first."
        if answers is None
        else "You may change it until the reveal.",
    )
    if pressed and answers is not None:
        keeping.predict(spot.place, answers)
        st.session_state.pop(_CHANGING, None)
        st.rerun()


def _draw_next(shelf: Shelf, spot: Spot) -> None:
    following = next_spot(shelf, spot)
    if following is None:
        st.page_link("app/pages/notebook.py", label="To my notebook", icon=":material/book_2:")
        return
    new = following.lesson is not spot.lesson
    words = f"Next lesson: {following.lesson.title}" if new else f"Next: {following.step.title}"
    st.page_link(
        COURSE_PAGE,
        label=words,
        icon=":material/arrow_forward:",
        query_params={"lesson": following.name},
    )
