"""Plotly.js for components, without the internet and without a copy of our own.

Streamlit ships Plotly.js for `st.plotly_chart` as a chunk with a hashed name; importing that chunk
sets `window.Plotly`, and the browser parses it once for both uses. The chunk is an internal of
Streamlit, so a test holds it, and the copy inside plotly.py stands in when it is gone.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import plotly
import streamlit
from streamlit.runtime import get_instance


@cache
def streamlit_chunk() -> str | None:
    """Return where Streamlit serves its own Plotly.js, relative to the app's root, or None."""
    static = Path(streamlit.__file__).parent / "static"
    chunks = sorted(static.glob("static/js/PlotlyChart.*.js"))
    return chunks[0].relative_to(static).as_posix() if chunks else None


def plotly_path() -> str:
    """Return the address of Plotly.js relative to the app's root; ask anew in every script run.

    The stand-in is served as a media file, which Streamlit forgets when a run does not name it.
    """
    chunk = streamlit_chunk()
    if chunk is not None:
        return chunk
    bundle = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    media = get_instance().media_file_mgr
    return media.add(str(bundle), "text/javascript", coordinates="plotly.js").lstrip("/")
