"""Course: lessons that ask first, run an experiment, and reveal what came out."""

from __future__ import annotations

import streamlit as st

from app.course.kept import all_kept, problem
from app.course.overview import draw_overview
from app.course.places import open_spot, spot_named
from app.course.step_view import draw_step
from app.links.address import current, put
from app.ui.fragments import show_errors
from app.ui.markdown import escape_markdown
from core.lessons.answers import Kept
from core.lessons.shelf import shelf

st.title("Course", anchor=False)
lessons = shelf()
kept = all_kept()
if said := problem():
    st.warning(
        escape_markdown(f"{said} What you answer now is kept for this visit."),
        icon=":material/cloud_off:",
    )
name = current("lesson") or ""
spot = spot_named(lessons, name)
open_spot(spot)
if spot is None:
    if name:
        st.warning(escape_markdown(f"There is no step {name[:80]!r}; choose one from the list."))
    st.markdown(
        "Each step asks **before** it shows anything. Then you run an experiment and see what came "
        "out, over what you predicted."
    )
    draw_overview(lessons, kept)
else:
    put("lesson", spot.name)
    with show_errors():
        draw_step(lessons, spot, kept.get(spot.place, Kept()))
