"""Runs: all runs of the lab in one table, and some of them side by side."""

from __future__ import annotations

import streamlit as st

from app.run_list.compare_address import compared_in_address
from app.run_list.comparison import draw_head, draw_problems
from app.run_list.view import draw_run_list
from app.ui.fragments import show_errors
from app.views.compare_many import draw_trainings
from app.views.compare_maps import draw_maps

st.title("Runs", anchor=False)
compared = compared_in_address()
if compared is not None:
    draw_problems(compared)
if compared is None or not compared.is_usable:
    st.markdown(
        "All runs of this lab: those that ship with it, yours, and those of others. Search and "
        "sort them, keep what you found in a note, and compare two to six of one family."
    )
    draw_run_list()
else:
    draw_head(compared)
    with show_errors():
        if compared.records[0].request.kind == "tsne":
            draw_maps(compared.records)
        else:
            draw_trainings(compared.records)
