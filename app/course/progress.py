"""How far this visitor has come in the course, for Home."""

from __future__ import annotations

import streamlit as st

from app.course.kept import all_kept
from app.course.places import COURSE_PAGE, done_in, every_spot
from core.lessons.shelf import shelf


def draw_progress() -> None:
    """Draw how many steps are done, and a link to the next one."""
    all_lessons = shelf()
    spots = every_spot(all_lessons)
    if not spots:
        return
    kept = all_kept()
    done = sum(done_in(lesson, kept) for lesson in all_lessons.lessons)
    following = next(
        (spot for spot in spots if (known := kept.get(spot.place)) is None or not known.reveal),
        None,
    )
    begun = "Go on with" if done else "Begin with"
    words = f"{begun}: {following.step.title}" if following else "Course: all steps are done"
    query = {"lesson": following.name} if following else None
    st.progress(done / len(spots), f"Course: {done} of {len(spots)} steps done")
    st.page_link(COURSE_PAGE, label=words, icon=":material/school:", query_params=query)
