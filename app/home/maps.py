"""The picture that Home opens on: SGD and Adam unfold a thousand digits."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from app.components.unfolding import payload, unfolding
from app.navigation import page_named
from app.server.shared import store
from core.runs.record import RunError
from core.tsne.camera import in_view, moments
from core.tsne.optimizers import short_titles
from core.tsne.recording import load_recording

#: The run of the gallery with one map by SGD and one by Adam that end as clusters. Those of the
#: exercise's own settings do not: there SGD has hardly begun after its 700 iterations.
RUN = "tsne-perplexity-30"
#: Frames that travel to the browser; it moves the digits smoothly from one to the next.
FRAMES = 40
DESCRIPTION = (
    "Two maps of the same 1,000 handwritten digits by t-SNE, one made by SGD and one by Adam. "
    "Both begin as the same round cloud, in which all digits are mixed, and end as clusters, most "
    "of them of one digit."
)


def draw_maps() -> None:
    """Draw the two maps, which unfold once; a press leads to their run on the page t-SNE."""
    try:
        data = _data()
    except RunError:
        st.caption("The maps of SGD and Adam are missing from the gallery.")
        return
    with st.container(key="maps"):  # the style sheet keeps its room free
        pressed = unfolding(data, key="unfolding")
    if pressed:
        st.switch_page(page_named("tsne").path, query_params={"run": RUN})


@st.cache_data(show_spinner=False)
def _data() -> bytes:
    """Return what the browser gets, computed once for all visitors.

    Raises:
        RunError: the run is missing or damaged.
    """
    recording = load_recording(store().get(RUN))
    kept = moments(len(recording.iterations), FRAMES)
    return payload(
        in_view(recording.positions)[kept],
        recording.labels,
        recording.iterations[kept],
        names=short_titles(recording.names),
        href=f"tsne?{urlencode({'run': RUN})}",
        description=DESCRIPTION,
    )
