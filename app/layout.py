"""How the parts of a page stand beside each other."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_KEY = "form-and-run"
# Streamlit stacks columns below 640 pixels only. Between that and a laptop a form beside its run
# is too narrow for its words. The selector leaves columns within these alone.
_STACKED = f"""<style>
@media (max-width: 1150px) {{
  .st-key-{_KEY} [data-testid="stColumn"]:not([data-testid="stColumn"] *) {{ min-width: 100%; }}
}}
</style>"""


def form_and_run(width: float) -> list[DeltaGenerator]:
    """A place for a form, and one `width` times as wide for what it starts; one above the other
    where there is little room."""
    st.html(_STACKED)
    with st.container(key=_KEY):
        return st.columns([1, width], gap="large")
