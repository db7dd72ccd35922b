"""My notebook: what this visitor has predicted, found and explained, to be printed or handed in."""

from __future__ import annotations

import time

import streamlit as st

from app.course.kept import all_kept, problem
from app.course.places import COURSE_PAGE, done_in, every_spot
from app.course.reveal_stage import draw_reveal
from app.server.shared import names
from app.server.visitor import visitor
from app.ui.fragments import show_errors
from app.ui.markdown import escape_markdown
from core.lessons.notebook import notebook_page
from core.lessons.shelf import shelf
from core.lessons.words import words_of

st.title("My notebook", anchor=False)
lessons = shelf()
kept = all_kept()
if said := problem():
    st.warning(escape_markdown(said), icon=":material/cloud_off:")
begun = [spot for spot in every_spot(lessons) if spot.place in kept]
if not begun:
    st.info("Here your predictions, results and explanations are kept. Begin with the course.")
    st.page_link(COURSE_PAGE, label="Course", icon=":material/school:")
else:
    done = sum(done_in(lesson, kept) for lesson in lessons.lessons)
    st.markdown(f"{done} of {len(every_spot(lessons))} steps are done.")
    st.download_button(
        "Download as a web page",
        data=lambda: notebook_page(
            lessons.lessons, kept, who=names().get(visitor()), now=time.time()
        ),
        file_name="latent-lab_notebook.html",
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        help="One file with all figures. Open it and print it, as PDF too; hand it in.",
    )
for spot in begun:
    known = kept[spot.place]
    # Drawn when it is opened: all figures of all lessons would take seconds.
    box = st.expander(
        f"{spot.lesson.title}: {spot.step.title}", key=f"note:{spot.name}", on_change="rerun"
    )
    if not box.open:
        continue
    with box, show_errors():
        st.caption(f"Goal: {spot.step.goal}")
        if known.reveal is None:
            for number, question in enumerate(spot.step.questions):
                words = escape_markdown(words_of(question, known.predictions.get(number)))
                st.markdown(f"{question.text}  \nYour prediction: **{words}**")
            st.caption("Not revealed yet.")
        else:
            draw_reveal(spot, known, known.reveal)
        if known.explanation:
            st.markdown(f"{spot.step.explain}  \n> {escape_markdown(known.explanation)}")
        st.page_link(
            COURSE_PAGE, label="Open the step", icon=":material/school:",
            query_params={"lesson": spot.name},
        )  # fmt: skip
