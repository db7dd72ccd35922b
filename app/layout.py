"""How the parts of a page stand beside each other, and what Streamlit's theme cannot say."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_KEY = "form-and-run"
# Streamlit stacks columns below 640 pixels only. Between that and a laptop a form beside its run
# is too narrow for its words. The selector leaves columns within these alone.
# And on a dark page a chosen option would have the accent's colour, 3.5 : 1, which must be dark
# enough for white text on buttons; it gets that of links, 8.6 : 1.
_STYLE = f"""<style>
.stApp [data-testid="stButtonGroup"] button[aria-checked="true"] {{
  color: light-dark(#0b6e69, #5cc4bb) !important;
}}
@media (max-width: 1150px) {{
  .st-key-{_KEY} [data-testid="stColumn"]:not([data-testid="stColumn"] *) {{ min-width: 100%; }}
}}
</style>"""


def draw_style() -> None:
    """Puts the style sheet into the page; takes no room."""
    st.html(_STYLE)


def form_and_run(width: float) -> list[DeltaGenerator]:
    """A place for a form, and one `width` times as wide for what it starts; one above the other
    where there is little room."""
    with st.container(key=_KEY):
        return st.columns([1, width], gap="large")
