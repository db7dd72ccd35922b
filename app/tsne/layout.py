"""The places of the parts of the t-SNE page: the maps first, the form beside them or folded."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

_KEY = "tsne-columns"
# The maps come first on the page, for screen readers and where there is room for one column only.
# Beside each other they stand on the right, as the runs on the other pages.
_STYLE = f"""<style>
.st-key-{_KEY} > [data-testid="stLayoutWrapper"] > [data-testid="stHorizontalBlock"] {{
  flex-direction: row-reverse;
  reading-flow: flex-visual; /* the keyboard goes from left to right, too */
}}
@media (max-width: 1200px) {{
  .st-key-{_KEY} [data-testid="stColumn"]:not([data-testid="stColumn"] *) {{ min-width: 100%; }}
}}
</style>"""


def run_and_form(
    row: DeltaGenerator, *, folded: str | None
) -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return the places for the maps and for the form.

    Args:
        row: Where the button of a folded form goes.
        folded: Which run the form is folded away for, so that its maps have the whole width; the
            form is then behind the button "New run". None puts the form beside the maps.
    """
    if folded is not None:
        # A form that is folded for another run is another one: it is closed at first.
        form = row.popover("New run", icon=":material/tune:", key=f"tsne-form:{folded}")
        return st.container(), form
    st.html(_STYLE)
    with st.container(key=_KEY):
        run, form = st.columns([3, 1], gap="large")
    return run, form
