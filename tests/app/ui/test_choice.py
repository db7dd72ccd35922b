"""A choice of one among a few, of a client that sends none."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from app.ui.choice import choose_one

st.write(choose_one("Noise", ["Gaussian", "Salt"], default="Salt", key="noise"))
"""


def test_a_client_that_chooses_nothing_gets_what_was_chosen_at_first() -> None:
    app = AppTest.from_string(PAGE).run()
    assert app.markdown[0].value == "Salt"
    app.segmented_control(key="noise").set_value("Gaussian").run()
    assert app.markdown[0].value == "Gaussian"
    app.segmented_control(key="noise").set_value(None).run()
    assert not app.exception
    assert app.markdown[0].value == "Salt"
